package reflect

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Metadata is what may come along with an event of another node: pass it to interp.M.QueueRemote.
type Metadata []MetadataEntry

// MetadataEntry is one piece: an id of the enum EventMetadata::ID and a value.
type MetadataEntry struct {
	ID int64
	T  *types.Type
	V  val.Value
}

// networkTimestamp is EventMetadata::NETWORK_TIMESTAMP.
const networkTimestamp = 1

type registered struct {
	id int64
	t  *types.Type
}

// TypeOf returns the type that was registered for a metadata id, nil if none was.
func (f *Family) TypeOf(id int64) *types.Type {
	if id == networkTimestamp {
		return types.TimeT
	}
	for _, r := range f.meta {
		if r.id == id {
			return r.t
		}
	}
	return nil
}

func (f *Family) registerMetadata(m *interp.M, s *interp.Site, a []val.Value) val.Value {
	t, v := s.Arg(a, 1)
	if t.Tag != types.TypeType {
		m.Errorf(s, "register_event_metadata() expects type")
		return val.Bool(false)
	}
	id := a[0].Int()
	if have := f.TypeOf(id); have != nil {
		return val.Bool(types.Same(have, v.TypeVal()))
	}
	f.meta = append(f.meta, registered{id, v.TypeVal()})
	return val.Bool(true)
}

// entries are the metadata of the event under way.
func entries(m *interp.M) Metadata {
	if !m.InEvent() {
		return nil
	}
	meta, _ := m.EventMeta().(Metadata)
	setting := "EventMetadata::add_network_timestamp"
	if m.RemoteEvent() {
		setting = "EventMetadata::add_missing_remote_network_timestamp"
		for _, e := range meta {
			if e.ID == networkTimestamp {
				return meta
			}
		}
	}
	if g := m.Lookup(setting); g != nil {
		if v, ok := m.Value(g); ok && v.Bool() {
			meta = append(meta[:len(meta):len(meta)], MetadataEntry{networkTimestamp, types.TimeT, val.Time(m.EventTime())})
		}
	}
	return meta
}

func currentMetadata(m *interp.M, _ *interp.Site, id val.Value) val.Value {
	v := val.NewVector(m.Type("any_vec"))
	for _, e := range entries(m) {
		if e.ID == id.Int() {
			v.Append(val.Any(e.T, e.V))
		}
	}
	return val.Vec(v)
}

func allMetadata(m *interp.M, _ *interp.Site) val.Value {
	v := val.NewVector(m.Type("event_metadata_vec"))
	for _, e := range entries(m) {
		r := val.NewRecord(v.T.Elem)
		r.Put("id", val.Enum(e.ID))
		r.Put("val", val.Any(e.T, e.V))
		v.Append(val.Rec(r))
	}
	return val.Vec(v)
}
