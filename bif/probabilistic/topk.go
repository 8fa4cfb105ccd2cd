package probabilistic

import (
	"container/list"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// topk counts the most frequent elements of a stream in bounded space: the Space-Saving algorithm (Metwally, Agrawal and El Abbadi,
// 2005). Buckets hold elements of one count, ascending; within a bucket the oldest comes first.
type topk struct {
	t       *types.Type // of the elements, nil before the first
	size    uint64
	pruned  bool
	buckets list.List // of *bucket
	elems   map[string]*element
}

type bucket struct {
	count uint64
	elems list.List // of *element
}

type element struct {
	key     string
	v       val.Value
	epsilon uint64        // by how much the count may be too high
	home    *list.Element // in topk.buckets
	place   *list.Element // in its bucket
}

func newTopk(size uint64) *topk { return &topk{size: size, elems: map[string]*element{}} }

func (*topk) OpaqueName() string { return "topk" }

// Clone copies the structure; the elements themselves are shared.
func (k *topk) Clone() val.Opaque {
	c := newTopk(k.size)
	c.t = k.t
	c.merge(k, false)
	return c
}

func (k *topk) first() *bucket { return k.buckets.Front().Value.(*bucket) }

// put adds a new element to a bucket.
func (k *topk) put(e *element, home *list.Element) {
	e.home = home
	e.place = home.Value.(*bucket).elems.PushBack(e)
	k.elems[e.key] = e
}

// dropOldest takes the oldest element of the lowest bucket out; the bucket stays, even if empty.
func (k *topk) dropOldest() {
	b := k.first()
	e := b.elems.Remove(b.elems.Front()).(*element)
	delete(k.elems, e.key)
}

func (k *topk) encounter(key string, v val.Value) {
	e := k.elems[key]
	if e == nil {
		if k.size == 0 {
			return
		}
		e = &element{key: key, v: v}
		if uint64(len(k.elems)) < k.size {
			home := k.buckets.Front()
			if home == nil || home.Value.(*bucket).count > 1 {
				home = k.buckets.PushFront(&bucket{count: 1})
			}
			k.put(e, home)
			return
		}
		k.dropOldest()
		e.epsilon = k.first().count
		k.put(e, k.buckets.Front())
	}
	k.raise(e, 1)
}

// raise moves an element up to the bucket of its new count.
func (k *topk) raise(e *element, by uint64) {
	home := e.home
	from := home.Value.(*bucket)
	want := from.count + by
	next := home.Next()
	for next != nil && next.Value.(*bucket).count < want {
		next = next.Next()
	}
	if next == nil || next.Value.(*bucket).count != want {
		b := &bucket{count: want}
		if next == nil {
			next = k.buckets.PushBack(b)
		} else {
			next = k.buckets.InsertBefore(b, next)
		}
	}
	from.elems.Remove(e.place)
	e.home = next
	e.place = next.Value.(*bucket).elems.PushBack(e)
	if from.elems.Len() == 0 {
		k.buckets.Remove(home)
	}
}

// merge adds o's counts; prune cuts the result down to the size again.
func (k *topk) merge(o *topk, prune bool) {
	if o == k {
		o = o.Clone().(*topk)
	}
	for be := o.buckets.Front(); be != nil; be = be.Next() {
		b := be.Value.(*bucket)
		for ee := b.elems.Front(); ee != nil; ee = ee.Next() {
			from := ee.Value.(*element)
			e := k.elems[from.key]
			if e == nil {
				e = &element{key: from.key, v: from.v}
				k.put(e, k.buckets.PushFront(&bucket{}))
			}
			e.epsilon += from.epsilon
			k.raise(e, b.count)
		}
	}
	if !prune {
		return
	}
	for uint64(len(k.elems)) > k.size {
		k.pruned = true
		k.dropOldest()
		if k.first().elems.Len() == 0 {
			k.buckets.Remove(k.buckets.Front())
		}
	}
}

// top returns the n most frequent elements; it returns the whole of the last bucket it needs, so there may be more.
func (k *topk) top(n uint64) (out []val.Value) {
	for be := k.buckets.Back(); be != nil && uint64(len(out)) < n; be = be.Prev() {
		for ee := be.Value.(*bucket).elems.Front(); ee != nil; ee = ee.Next() {
			out = append(out, ee.Value.(*element).v)
		}
	}
	return out
}

func (k *topk) sum() (n uint64) {
	for be := k.buckets.Front(); be != nil; be = be.Next() {
		b := be.Value.(*bucket)
		n += uint64(b.elems.Len()) * b.count
	}
	return n
}
