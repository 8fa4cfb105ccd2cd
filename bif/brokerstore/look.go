package brokerstore

import (
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/wire"
)

// Info describes an open store.
type Info struct {
	Name   string
	Master bool
	Keys   int
}

// Store returns an open store by its name, or nil.
func (f *Family) Store(name string) *store.Store {
	if h := f.find(name); h != nil {
		return h.s
	}
	return nil
}

// List describes the open stores in the order of their opening. It goes over their keys.
func (f *Family) List() []Info {
	var out []Info
	for _, h := range f.stores {
		if h.s == nil || h.s.IsClosed() {
			continue
		}
		i := Info{Name: h.s.Name(), Master: h.s.IsMaster()}
		h.s.Each(func(wire.Data, wire.Data) { i.Keys++ })
		out = append(out, i)
	}
	return out
}
