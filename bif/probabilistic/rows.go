package probabilistic

import (
	"slices"

	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	return slices.Concat(f.bloomRows(), f.hllRows(), f.topkRows(), entropyRows(), globRows())
}

func (f *Family) bloomRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: `function bloomfilter_basic_init(fp: double, capacity: count, name: string &default=""): opaque of bloomfilter`, GivesUp: true, Fn: f.bloomBasic,
			Doc: "Makes a Bloom filter that keeps false positives below a rate for that many elements. The name seeds it: only filters of one seed merge; without it global_hash_seed, else the process's seed serves."},
		{Sig: `function bloomfilter_basic_init2(k: count, cells: count, name: string &default=""): opaque of bloomfilter`, GivesUp: true, Fn: f.bloomBasic2,
			Doc: "Makes a Bloom filter of so many hash functions and bits."},
		{Sig: `function bloomfilter_counting_init(k: count, cells: count, max: count, name: string &default=""): opaque of bloomfilter`, GivesUp: true, Fn: f.bloomCounting,
			Doc: "Makes a counting Bloom filter of so many hash functions and cells that count at least up to max."},
		{Sig: "function bloomfilter_add(bf: opaque of bloomfilter, x: any): any", Fn: f.bloomAdd,
			Doc: "Adds an element. The first one sets the type of all."},
		{Sig: "function bloomfilter_decrement(bf: opaque of bloomfilter, x: any): bool", Fn: f.bloomDecrement,
			Doc: "Takes one occurrence of an element out of a counting Bloom filter; F if it is not in it."},
		{Sig: "function bloomfilter_lookup(bf: opaque of bloomfilter, x: any): count", Pure: true, Fn: f.bloomLookup,
			Doc: "How often an element was added, as estimated: 0 or 1 by a basic filter."},
		{Sig: "function bloomfilter_clear(bf: opaque of bloomfilter): any",
			F1: func(m *interp.M, s *interp.Site, h val.Value) val.Value {
				opaque[*bloom](m, s, h).clear()
				return val.Value{}
			},
			Doc: "Takes all elements out of a Bloom filter."},
		{Sig: "function bloomfilter_merge(bf1: opaque of bloomfilter, bf2: opaque of bloomfilter): opaque of bloomfilter", GivesUp: true, F2: f.bloomCombine(false),
			Doc: "The union of two Bloom filters of one kind, seed and size."},
		{Sig: "function bloomfilter_intersect(bf1: opaque of bloomfilter, bf2: opaque of bloomfilter): opaque of bloomfilter", GivesUp: true, F2: f.bloomCombine(true),
			Doc: "The intersection of two Bloom filters of one kind, seed and size; a basic filter always."},
		{Sig: "function bloomfilter_internal_state(bf: opaque of bloomfilter): string", Pure: true,
			F1: func(m *interp.M, s *interp.Site, h val.Value) val.Value {
				return val.Str(opaque[*bloom](m, s, h).state())
			},
			Doc: "A digest of the filter's bits, for tests."},
	}
}

func (f *Family) hllRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function hll_cardinality_init(err: double, confidence: double): opaque of cardinality", GivesUp: true, F2: hllInit,
			Doc: "Makes a counter of distinct elements whose error stays within err (0.01 is one per cent) at that confidence."},
		{Sig: "function hll_cardinality_add(handle: opaque of cardinality, elem: any): bool", Fn: f.hllAdd,
			Doc: "Adds an element to a cardinality counter; F if its type is not that of the first."},
		{Sig: "function hll_cardinality_merge_into(handle1: opaque of cardinality, handle2: opaque of cardinality): bool", F2: hllMerge,
			Doc: "Adds the elements that the second counter has seen to the first; both need the same parameters."},
		{Sig: "function hll_cardinality_estimate(handle: opaque of cardinality): double", Pure: true,
			F1: func(m *interp.M, s *interp.Site, h val.Value) val.Value {
				return val.Double(opaque[*hll](m, s, h).estimate())
			},
			Doc: "How many distinct elements the counter has seen, as estimated."},
		{Sig: "function hll_cardinality_copy(handle: opaque of cardinality): opaque of cardinality",
			F1: func(m *interp.M, s *interp.Site, h val.Value) val.Value {
				return val.OpaqueVal(opaque[*hll](m, s, h).Clone())
			},
			Doc: "A copy of a cardinality counter."},
	}
}

func (f *Family) topkRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function topk_init(size: count): opaque of topk",
			F1:  func(_ *interp.M, _ *interp.Site, n val.Value) val.Value { return val.OpaqueVal(newTopk(n.Count())) },
			Doc: "Makes a structure that tracks the most frequent elements of a stream, at most so many at a time."},
		{Sig: "function topk_add(handle: opaque of topk, value: any): any", Fn: f.topkAdd,
			Doc: "Counts an occurrence of a value. The first one sets the type of all."},
		{Sig: "function topk_get_top(handle: opaque of topk, k: count): any_vec", Pure: true, GivesUp: true, F2: topkTop,
			Doc: "The k most frequent values, most frequent first; more if several share the last place."},
		{Sig: "function topk_count(handle: opaque of topk, value: any): count", Pure: true, Fn: f.topkCount,
			Doc: "How often a tracked value occurred, at most: see topk_epsilon."},
		{Sig: "function topk_epsilon(handle: opaque of topk, value: any): count", Pure: true, Fn: f.topkEpsilon,
			Doc: "By how much the count of a tracked value may be too high."},
		{Sig: "function topk_size(handle: opaque of topk): count", Pure: true,
			F1: func(m *interp.M, s *interp.Site, h val.Value) val.Value {
				return val.Count(opaque[*topk](m, s, h).size)
			},
			Doc: "How many values are tracked at most, as given to topk_init."},
		{Sig: "function topk_sum(handle: opaque of topk): count", Pure: true, F1: topkSum,
			Doc: "The sum of all counts, which is the number of occurrences unless a merge has pruned."},
		{Sig: "function topk_merge(handle1: opaque of topk, handle2: opaque of topk): any", F2: topkMerge(false),
			Doc: "Adds the second structure's counts to the first, which may grow beyond its size."},
		{Sig: "function topk_merge_prune(handle1: opaque of topk, handle2: opaque of topk): any", F2: topkMerge(true),
			Doc: "Adds the second structure's counts to the first and drops the least frequent values beyond its size."},
	}
}

func entropyRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function find_entropy(data: string): entropy_test_result", Pure: true,
			F1: func(m *interp.M, _ *interp.Site, data val.Value) val.Value {
				var e entropyTest
				e.add(data.Str())
				return entropyResult(m, &e)
			},
			Doc: "Tests how random a string's bytes look: entropy, chi square, mean, an approximation of pi and serial correlation."},
		{Sig: "function entropy_test_init(): opaque of entropy",
			F0:  func(*interp.M, *interp.Site) val.Value { return val.OpaqueVal(&entropyTest{}) },
			Doc: "Starts a test for randomness that is fed in pieces."},
		{Sig: "function entropy_test_add(handle: opaque of entropy, data: string): bool",
			F2: func(m *interp.M, s *interp.Site, h, data val.Value) val.Value {
				opaque[*entropyTest](m, s, h).add(data.Str())
				return val.Bool(true)
			},
			Doc: "Adds data to a test for randomness."},
		{Sig: "function entropy_test_finish(handle: opaque of entropy): entropy_test_result",
			F1: func(m *interp.M, s *interp.Site, h val.Value) val.Value {
				return entropyResult(m, opaque[*entropyTest](m, s, h))
			},
			Doc: "The result of a test for randomness: see find_entropy."},
	}
}

func globRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function paraglob_init(v: any): opaque of paraglob", GivesUp: true, Fn: paraglobInit,
			Doc: "Makes a set of globs out of a vector of strings, to be matched together."},
		{Sig: "function paraglob_match(handle: opaque of paraglob, match: string): string_vec", Pure: true, F2: paraGlobMatch,
			Doc: "The globs that match a string, sorted."},
		{Sig: "function paraglob_equals(p_one: opaque of paraglob, p_two: opaque of paraglob): bool", Pure: true,
			F2: func(m *interp.M, s *interp.Site, x, y val.Value) val.Value {
				return val.Bool(slices.Equal(opaque[*paraglob](m, s, x).globs, opaque[*paraglob](m, s, y).globs))
			},
			Doc: "Whether two sets hold the same globs."},
	}
}
