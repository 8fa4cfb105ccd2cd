package digest

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// SeedWords is how many words a seed file holds behind its first line.
const SeedWords = 20

// Seeds is what a run's randomness and keyed hashes start from: First seeds rand(), Words give the keys.
type Seeds struct {
	First uint32
	Words [SeedWords]uint32
	// Deterministic: the seeds were given, so rand() and unique_id() repeat from run to run.
	Deterministic bool
}

// ZeroSeeds are the seeds of the flag -D.
func ZeroSeeds() Seeds { return Seeds{Deterministic: true} }

// RandomSeeds takes seeds from r, which is crypto/rand.Reader outside of tests.
func RandomSeeds(r io.Reader) (Seeds, error) {
	var s Seeds
	var buf [4 * SeedWords]byte
	if _, err := io.ReadFull(r, buf[:]); err != nil {
		return s, err
	}
	for i := range s.Words {
		s.Words[i] = binary.LittleEndian.Uint32(buf[4*i:])
		s.First ^= s.Words[i]
		s.First = s.First<<1 | s.First>>31
	}
	return s, nil
}

// ParseSeeds reads seeds from a seed file's text, or from the environment variable's: twenty-one decimal numbers apart by white
// space; more are ignored.
func ParseSeeds(text string) (Seeds, error) {
	s := Seeds{Deterministic: true}
	fields := strings.Fields(text)
	if len(fields) < 1+SeedWords {
		return s, fmt.Errorf("%d seeds found, %d needed", len(fields), 1+SeedWords)
	}
	for i, f := range fields[:1+SeedWords] {
		n, err := strconv.ParseUint(f, 10, 32)
		if err != nil {
			return s, fmt.Errorf("seed %d is not a number below 2^32: %q", i+1, f)
		}
		if i == 0 {
			s.First = uint32(n)
		} else {
			s.Words[i-1] = uint32(n)
		}
	}
	return s, nil
}

// Text is the seed file of s.
func (s Seeds) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", s.First)
	for _, w := range s.Words {
		fmt.Fprintf(&b, "%d\n", w)
	}
	return b.String()
}

// bytes are the words in memory order.
func (s Seeds) bytes() []byte {
	b := make([]byte, 0, 4*SeedWords)
	for _, w := range s.Words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}

// SeedSource says where the seeds of a run come from; the zero value asks the operating system.
type SeedSource struct {
	Load   string // -G FILE, or the dialect's …_SEED_FILE variable
	Save   string // -H FILE
	Zero   bool   // -D
	Values string // ZEEK_SEED_VALUES
}

// Warning is a mistake that goes with the error returned beside it.
type Warning string

// Resolve obtains the seeds. read and write are os.ReadFile and os.WriteFile in effect; entropy is crypto/rand.Reader. The
// warnings come before the error, which is fatal; messages are the reference's.
func (src SeedSource) Resolve(read func(string) ([]byte, error), write func(string, []byte) error, entropy io.Reader) (s Seeds, warnings []Warning, err error) {
	switch {
	case src.Load != "" && src.Values != "":
		return s, nil, fmt.Errorf("can't use ZEEK_SEED_VALUES together with ZEEK_SEED_FILE or -G")
	case src.Load != "":
		text, err := read(src.Load)
		if err != nil {
			warnings = append(warnings, Warning(fmt.Sprintf("Could not open seed file '%s': %s", src.Load, reason(err))))
		} else {
			s, err = ParseSeeds(string(text))
		}
		if err != nil {
			return s, warnings, fmt.Errorf("Could not load seeds from file '%s'.", src.Load) //nolint:revive // the reference's words
		}
	case src.Values != "":
		if s, err = ParseSeeds(src.Values); err != nil {
			return s, nil, fmt.Errorf("Could not load seeds from string") //nolint:revive // the reference's words
		}
	case src.Zero:
		s = ZeroSeeds()
	default:
		if s, err = RandomSeeds(entropy); err != nil {
			return s, nil, fmt.Errorf("Could not read enough random data: %w", err) //nolint:revive // the reference's words
		}
	}
	if src.Save != "" {
		s.Deterministic = true
		if err := write(src.Save, []byte(s.Text())); err != nil {
			warnings = append(warnings, Warning(fmt.Sprintf("Could not create seed file '%s': %s", src.Save, reason(err))))
		}
	}
	return s, warnings, nil
}

// reason is the last part of a file error, which is the operating system's text, with its first letter as the C library writes it.
func reason(err error) string {
	s := err.Error()
	if i := strings.LastIndex(s, ": "); i >= 0 {
		s = s[i+2:]
	}
	if s != "" {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// Keys are the keys of the hashes that differ from process to process.
type Keys struct {
	MD5 [16]byte  // of md5_hmac()
	Sip [2]uint64 // of everything hashed by SipHash
}

// keys derives the keys: the MD5 key is the hash of the first sixteen words, the SipHash key the last four words.
func (s Seeds) keys() Keys {
	b := s.bytes()
	return Keys{MD5: md5.Sum(b[:64]), Sip: [2]uint64{binary.LittleEndian.Uint64(b[64:]), binary.LittleEndian.Uint64(b[72:])}}
}

// Hash64 is the 64-bit hash under the process's key that unique ids and cardinality counters are made of.
func (k *Keys) Hash64(data []byte) uint64 { return SipHash24(k.Sip, data) }

// HMAC is the reference's keyed MD5 (not RFC 2104): the hash of the hash with the key xored in.
func (k *Keys) HMAC(data []byte) [16]byte {
	h := md5.Sum(data)
	for i := range h {
		h[i] ^= k.MD5[i]
	}
	return md5.Sum(h[:])
}
