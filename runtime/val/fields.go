package val

// Put sets a field by name. It does nothing if the record type has no such field, so that builtins may fill records that base scripts
// of one dialect declare with fewer fields.
func (r *Record) Put(name string, v Value) {
	if i := r.T.Rec.Lookup(name); i >= 0 {
		r.Set(i, v)
	}
}

// Named returns a field by name and whether it is set.
func (r *Record) Named(name string) (Value, bool) {
	i := r.T.Rec.Lookup(name)
	if i < 0 {
		return Value{}, false
	}
	return r.Get(i)
}
