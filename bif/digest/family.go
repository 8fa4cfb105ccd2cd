// Package digest is the family of hash functions and randomness: MD5, SHA-1 and SHA-256 at once and in pieces, the keyed MD5,
// FNV-1a, rendezvous weights, rand() and unique ids. It also owns what they start from: the seeds of a run and the keys derived
// from them, which bif/probabilistic shares.
//
// The derivations follow the reference bit for bit, since scripts compare hashes between processes and tests run on fixed
// seeds. A Family belongs to one interpreter and is used on its goroutine.
package digest

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Family is the state behind the builtins: the random source, the keys and the pools of unique ids.
type Family struct {
	d     *dialect.Dialect
	seeds Seeds
	keys  Keys
	rand  *Random
	pools []uidPool
}

// New makes the family of one interpreter.
func New(seeds Seeds, d *dialect.Dialect) *Family {
	return &Family{d: d, seeds: seeds, keys: seeds.keys(), rand: newRandom(seeds.First, seeds.Deterministic, d.WrappingRand)}
}

// Random is the source of rand(); other families that need repeatable randomness draw from it too.
func (f *Family) Random() *Random { return f.rand }

// Keys are the process's hash keys.
func (f *Family) Keys() *Keys { return &f.keys }

// FirstSeed is the number that unnamed bloom filters are seeded by.
func (f *Family) FirstSeed() uint32 { return f.seeds.First }

// FNV1a32 and FNV1a64 are the FNV-1a hashes (Fowler, Noll and Vo) of data.
func FNV1a32(data []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range data {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// FNV1a64 is the 64-bit form of FNV1a32.
func FNV1a64(data []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range data {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// HRWWeight is the weight of a site for a key in rendezvous hashing (Thaler and Ravishankar, 1996): 31 bits.
func HRWWeight(key, site uint32) uint32 {
	const a, b = 1103515245, 12345
	key &= 1<<31 - 1
	return (a*((a*site+b)^key) + b) & (1<<31 - 1)
}

// running is a hash fed in pieces.
type running struct {
	name string
	h    hash.Hash // nil once finished
}

func (r *running) OpaqueName() string { return r.name }

// Clone copies the hash in its present state.
func (r *running) Clone() val.Opaque {
	c := &running{name: r.name}
	if r.h == nil {
		return c
	}
	state, err := r.h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic(err)
	}
	c.h = newHash(r.name)
	if err := c.h.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil {
		panic(err)
	}
	return c
}

func newHash(name string) hash.Hash {
	switch name {
	case "md5":
		return md5.New()
	case "sha1":
		return sha1.New()
	case "sha256":
		return sha256.New()
	}
	panic("digest: no hash " + name)
}

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	var rows []interp.Builtin
	for _, alg := range []struct{ name, title string }{{"md5", "MD5"}, {"sha1", "SHA-1"}, {"sha256", "SHA-256"}} {
		rows = append(rows, f.algorithm(alg.name, alg.title)...)
	}
	return append(rows,
		interp.Builtin{Sig: "function md5_hmac(...): string", Fn: f.md5hmac,
			Doc: "The MD5 digest of the arguments under a key of this process, in hex. The key derives from the seeds, so seeded runs agree."},
		interp.Builtin{Sig: "function fnv1a32(input: any): count", Fn: f.fnv1a32, Pure: true,
			Doc: "The 32-bit FNV-1a hash of any value."},
		interp.Builtin{Sig: "function fnv1a64(input: any): count", Fn: f.fnv1a64, Pure: true,
			Doc: "The 64-bit FNV-1a hash of any value."},
		interp.Builtin{Sig: "function hrw_weight(key_digest: count, site_id: count): count", Pure: true,
			F2: func(_ *interp.M, _ *interp.Site, key, site val.Value) val.Value {
				return val.Count(uint64(HRWWeight(uint32(key.Count()), uint32(site.Count()))))
			},
			Doc: "The weight of a site for a key in rendezvous hashing: the site of the highest weight owns the key. Both are 32-bit numbers."},
		interp.Builtin{Sig: "function rand(max: count): count",
			F1: func(_ *interp.M, _ *interp.Site, max val.Value) val.Value {
				return val.Count(f.rand.Below(max.Count()))
			},
			Doc: "A random number below max. Seeded runs give the same sequence each time."},
		interp.Builtin{Sig: "function srand(seed: count): any",
			F1: func(_ *interp.M, _ *interp.Site, seed val.Value) val.Value {
				f.rand.Seed(uint32(seed.Count()))
				return val.Value{}
			},
			Doc: "Restarts the sequence of rand() from a seed."},
		interp.Builtin{Sig: "function unique_id(prefix: string): string",
			F1: func(m *interp.M, _ *interp.Site, prefix val.Value) val.Value {
				id, _ := f.uid(poolScript)
				return val.Str(string(base62([]byte(cstr.Check(m, prefix.Str())), id)))
			},
			Doc: "An id that no other call gives, with a prefix; in seeded runs the same ones come each time."},
		interp.Builtin{Sig: "function unique_id_from(pool: int, prefix: string): string", F2: f.uniqueIDFrom,
			Doc: "Like unique_id(), from one of several pools: what a pool gives in a seeded run does not depend on the use of the others."},
		interp.Builtin{Sig: "function identify_data(data: string, return_mime: bool &default=T): string", F2: identifyData,
			Doc: "The MIME type of data by its first bytes, \"<unknown>\" if they tell nothing."},
	)
}

// algorithm gives the rows of one hash function.
func (f *Family) algorithm(name, title string) []interp.Builtin {
	return []interp.Builtin{
		{Sig: fmt.Sprintf("function %s_hash(...): string", name), Pure: true,
			Fn: func(_ *interp.M, s *interp.Site, a []val.Value) val.Value {
				h := newHash(name)
				f.feed(h, s, a)
				return val.Str(hex.EncodeToString(h.Sum(nil)))
			},
			Doc: fmt.Sprintf("The %s digest of the arguments, one after the other, in hex. Strings give their bytes, other values a binary description.", title)},
		{Sig: fmt.Sprintf("function %s_hash_init(): opaque of %s", name, name),
			F0:  func(*interp.M, *interp.Site) val.Value { return val.OpaqueVal(&running{name, newHash(name)}) },
			Doc: fmt.Sprintf("Starts a %s digest that is fed in pieces.", title)},
		{Sig: fmt.Sprintf("function %s_hash_update(handle: opaque of %s, data: string): bool", name, name),
			F2: func(m *interp.M, s *interp.Site, h, data val.Value) val.Value {
				r := handle(m, s, h)
				if r.h == nil {
					m.Report(diag.Diagnostic{Severity: diag.Error, Code: diag.HashFinished,
						Msg: fmt.Sprintf("attempt to update an invalid opaque hash value (<opaque of %s>)", name)})
					return val.Bool(false)
				}
				r.h.Write([]byte(data.Str()))
				return val.Bool(true)
			},
			Doc: fmt.Sprintf("Adds data to a %s digest; F if it is finished.", title)},
		{Sig: fmt.Sprintf("function %s_hash_finish(handle: opaque of %s): string", name, name),
			F1: func(m *interp.M, s *interp.Site, h val.Value) val.Value {
				r := handle(m, s, h)
				if r.h == nil {
					return val.Str("")
				}
				sum := r.h.Sum(nil)
				r.h = nil
				return val.Str(hex.EncodeToString(sum))
			},
			Doc: fmt.Sprintf("Finishes a %s digest and returns it in hex; \"\" if it was finished before.", title)},
	}
}

// handle sees through an opaque argument.
func handle(m *interp.M, s *interp.Site, v val.Value) *running {
	if v.P == nil {
		m.Throw(s, "value used but not set")
	}
	return v.Opaque().(*running)
}

func (f *Family) feed(h hash.Hash, s *interp.Site, a []val.Value) {
	for i := range a {
		t, v := s.Arg(a, i)
		h.Write(Bytes(f.d, t, v))
	}
}

func (f *Family) md5hmac(_ *interp.M, s *interp.Site, a []val.Value) val.Value {
	h := md5.New()
	f.feed(h, s, a)
	sum := h.Sum(nil)
	for i := range sum {
		sum[i] ^= f.keys.MD5[i]
	}
	keyed := md5.Sum(sum)
	return val.Str(hex.EncodeToString(keyed[:]))
}

// hashed returns the bytes that fnv1a32 and fnv1a64 hash: Bro 2.6 describes strings too, with tag and length.
func (f *Family) hashed(s *interp.Site, a []val.Value) []byte {
	t, v := s.Arg(a, 0)
	if f.d.HashTagsLengths {
		return Binary(nil, f.d, t, v)
	}
	return Bytes(f.d, t, v)
}

func (f *Family) fnv1a32(_ *interp.M, s *interp.Site, a []val.Value) val.Value {
	return val.Count(uint64(FNV1a32(f.hashed(s, a))))
}

func (f *Family) fnv1a64(_ *interp.M, s *interp.Site, a []val.Value) val.Value {
	return val.Count(FNV1a64(f.hashed(s, a)))
}

func (f *Family) uniqueIDFrom(m *interp.M, _ *interp.Site, pool, prefix val.Value) val.Value {
	n := pool.Int()
	if n >= 0 && n < poolLimit {
		n += poolCustom
	}
	id, ok := f.uid(n)
	if !ok {
		m.Report(diag.Diagnostic{Severity: diag.Warning, Code: diag.IDPool,
			Msg: "pool passed to calculate_unique_id() too large, using default"})
	}
	return val.Str(string(base62([]byte(cstr.Check(m, prefix.Str())), id)))
}

func identifyData(m *interp.M, _ *interp.Site, data, mime val.Value) val.Value {
	if !mime.Bool() {
		m.Report(diag.Diagnostic{Severity: diag.Warning, Code: diag.IdentifyData,
			Msg: "identify_data() builtin-function only returns MIME types, but verbose file info requested"})
	}
	return val.Str(sniff(data.Str()))
}
