package digest

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// siphashVectors are the first and last of the published test vectors: key 00..0f, input 00..(n-1).
func TestSipHashPublishedVectors(t *testing.T) {
	key := [2]uint64{0x0706050403020100, 0x0f0e0d0c0b0a0908}
	for n, want := range map[int]uint64{0: 0x726fdb47dd0e0e31, 1: 0x74f839c593dc67fd, 7: 0xab0200f58b01d137, 8: 0x93f5f5799a932462,
		15: 0xa129ca6149be45e5, 63: 0x958a324ceb064572} {
		in := make([]byte, n)
		for i := range in {
			in[i] = byte(i)
		}
		if got := SipHash24(key, in); got != want {
			t.Errorf("SipHash24 of %d bytes = %#x, want %#x", n, got, want)
		}
	}
}

func TestLehmerTenThousandth(t *testing.T) {
	// Park and Miller: starting from 1, the 10,001st state is 1043618065.
	s := int64(1)
	for range 10000 {
		s = Lehmer(s)
	}
	if s != 1043618065 {
		t.Errorf("state after 10,000 steps is %d", s)
	}
}

func TestAdditiveIsGlibcRandom(t *testing.T) {
	g := newAdditive(1)
	for i, want := range []int64{1804289383, 846930886, 1681692777, 1714636915, 1957747793} {
		if got := g.next(); got != want {
			t.Errorf("number %d is %d, want %d", i, got, want)
		}
	}
}

const seedFile = "2983378351 1299727368 0 310447 0 1409073626 3975311262 34130240 1450515018 1466150520 1342286698 1193956778 " +
	"2188527278 3361989254 3912865238 3596260151 517973768 1462428821 0 2278350848 32767"

func seeds(t *testing.T, text string) Seeds {
	t.Helper()
	s, err := ParseSeeds(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func counting(first string) string {
	return first + " 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21"
}

// The numbers and ids that Zeek 8.0 gives for these seeds.
func TestSeededRunsAgreeWithReference(t *testing.T) {
	for _, tt := range []struct {
		name  string
		seeds Seeds
		rand  uint64 // rand(500000)
		id    string // unique_id("C")
	}{
		{"file", seeds(t, seedFile), 10307, "CrFj3eGxkRR5"},
		{"1 to 21", seeds(t, counting("1")), 3, "CS6rj43joLxl"},
		{"zero", ZeroSeeds(), 3, "CwwXWmUIYdSg"},
		{"10 and ones", seeds(t, "10"+strings.Repeat(" 1", 20)), 39, "CBZDI3Gc0Cl7"},
	} {
		f := New(tt.seeds, dialect.Zeek)
		if got := f.rand.Below(500000); got != tt.rand {
			t.Errorf("%s: rand = %d, want %d", tt.name, got, tt.rand)
		}
		id, _ := f.uid(poolScript)
		if got := string(base62([]byte("C"), id)); got != tt.id {
			t.Errorf("%s: id = %s, want %s", tt.name, got, tt.id)
		}
	}
}

func TestRandomSequences(t *testing.T) {
	r := New(seeds(t, seedFile), dialect.Zeek).Random()
	take := func() (out []uint64) {
		for range 3 {
			out = append(out, r.Below(1000))
		}
		return
	}
	if got := take(); got[0] != 20 || got[1] != 484 || got[2] != 137 {
		t.Errorf("seeded: %v", got)
	}
	r.Seed(575)
	if got := take(); got[0] != 4 || got[1] != 634 || got[2] != 473 {
		t.Errorf("after srand(575): %v", got)
	}
	for _, d := range []*dialect.Dialect{dialect.Bro, dialect.Zeek} {
		r := New(seeds(t, seedFile), d).Random()
		for range 10000 {
			if n := r.Below(3); n >= 3 {
				t.Fatalf("%s: rand(3) = %d", d.Name, n)
			}
		}
	}
	if n := r.Below(0); n != 0 {
		t.Errorf("rand(0) = %d", n)
	}
}

func TestPoolsDoNotDisturbEachOther(t *testing.T) {
	f, g := New(ZeroSeeds(), dialect.Zeek), New(ZeroSeeds(), dialect.Zeek)
	a, _ := f.uid(15)
	g.uid(14)
	g.uid(poolScript)
	if b, _ := g.uid(15); a != b {
		t.Errorf("pool 15 gave %x and %x", a, b)
	}
	if _, ok := f.uid(poolLimit); ok {
		t.Error("a pool beyond the limit was accepted")
	}
	if _, ok := f.uid(-4); ok {
		t.Error("a negative pool was accepted")
	}
}

func TestUnseededRunsDiffer(t *testing.T) {
	ids := map[uint64]bool{}
	for i := range 5 {
		s, err := RandomSeeds(bytes.NewReader(bytes.Repeat([]byte{byte(i), 7, 1}, 40)))
		if err != nil {
			t.Fatal(err)
		}
		id, _ := New(s, dialect.Zeek).uid(poolScript)
		ids[id] = true
	}
	if len(ids) != 5 {
		t.Errorf("%d ids of 5 runs", len(ids))
	}
}

func TestResolve(t *testing.T) {
	files := map[string]string{"good": seedFile, "short": "1 2 3"}
	read := func(name string) ([]byte, error) {
		if s, ok := files[name]; ok {
			return []byte(s), nil
		}
		return nil, &os.PathError{Op: "open", Path: name, Err: errors.New("no such file or directory")}
	}
	write := func(name string, b []byte) error { files[name] = string(b); return nil }
	for _, tt := range []struct {
		name    string
		src     SeedSource
		first   uint32
		warning string
		err     string
	}{
		{name: "zero", src: SeedSource{Zero: true}},
		{name: "file", src: SeedSource{Load: "good"}, first: 2983378351},
		{name: "file before zero", src: SeedSource{Load: "good", Zero: true}, first: 2983378351},
		{name: "values", src: SeedSource{Values: counting("7")}, first: 7},
		{name: "saved", src: SeedSource{Values: counting("9"), Save: "out"}, first: 9},
		{name: "saved, read back", src: SeedSource{Load: "out"}, first: 9},
		{name: "short file", src: SeedSource{Load: "short"}, err: "Could not load seeds from file 'short'."},
		{name: "no file", src: SeedSource{Load: "none"}, warning: "Could not open seed file 'none': No such file or directory",
			err: "Could not load seeds from file 'none'."},
		{name: "bad values", src: SeedSource{Values: "one two"}, err: "Could not load seeds from string"},
		{name: "both", src: SeedSource{Load: "good", Values: "1"}, err: "can't use ZEEK_SEED_VALUES together with ZEEK_SEED_FILE or -G"},
	} {
		s, warnings, err := tt.src.Resolve(read, write, nil)
		if got := errText(err); got != tt.err {
			t.Errorf("%s: error %q, want %q", tt.name, got, tt.err)
		}
		if err == nil && (s.First != tt.first || !s.Deterministic) {
			t.Errorf("%s: seeds %+v", tt.name, s)
		}
		if (tt.warning == "") != (len(warnings) == 0) || len(warnings) == 1 && string(warnings[0]) != tt.warning {
			t.Errorf("%s: warnings %q", tt.name, warnings)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestFNV(t *testing.T) {
	for _, tt := range []struct {
		t   *types.Type
		v   val.Value
		h32 uint32
		h64 uint64
	}{
		{types.StringT, val.Str("a"), 0xe40c292c, 0xaf63dc4c8601ec8c},
		{types.StringT, val.Str("foobar"), 0xbf9cf968, 0x85944171f73967e8},
		{types.CountT, val.Count(123), 0xc5b442fd, 0xb03db9ae8d1a129d},
		{types.DoubleT, val.Double(123), 0x15d2016f, 0xaac1b659ecb8cfcf},
		{types.BoolT, val.Bool(true), 0x6c1151a5, 0x7e1ef442cd317605},
		{types.BoolT, val.Bool(false), 0xeaff284, 0x5f242d39c2422be4},
	} {
		b := Bytes(dialect.Zeek, tt.t, tt.v)
		if h := FNV1a32(b); h != tt.h32 {
			t.Errorf("%v: 32-bit %#x, want %#x", tt.t.Tag, h, tt.h32)
		}
		if h := FNV1a64(b); h != tt.h64 {
			t.Errorf("%v: 64-bit %#x, want %#x", tt.t.Tag, h, tt.h64)
		}
	}
	// Bro 2.6 hashes tag 8, the length and the bytes of a string.
	if got := hex.EncodeToString(Binary(nil, dialect.Bro, types.StringT, val.Str("a"))); got != "080000000100000061" {
		t.Errorf("2.6 bytes of \"a\": %s", got)
	}
}

func TestRunningHashClones(t *testing.T) {
	for _, name := range []string{"md5", "sha1", "sha256"} {
		r := &running{name, newHash(name)}
		r.h.Write([]byte("one"))
		c := r.Clone().(*running)
		r.h.Write([]byte("two"))
		c.h.Write([]byte("two"))
		if !bytes.Equal(r.h.Sum(nil), c.h.Sum(nil)) {
			t.Errorf("%s: a clone fed alike differs", name)
		}
		c.h.Write([]byte("more"))
		if bytes.Equal(r.h.Sum(nil), c.h.Sum(nil)) {
			t.Errorf("%s: feeding a clone changed the original", name)
		}
	}
}

func TestSniff(t *testing.T) {
	for data, want := range map[string]string{"": "<unknown>", "hello\n": "text/plain", "\x00\x01\x02": "<unknown>", "%PDF-1.4": "application/pdf",
		"  <HTML>": "text/html", "GIF89a": "image/gif"} {
		if got := sniff(data); got != want {
			t.Errorf("sniff(%q) = %s, want %s", data, got, want)
		}
	}
}
