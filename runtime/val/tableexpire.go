package val

// touch makes an element's expiry count from now.
func (t *Table) touch(i int, now float64) {
	x := t.extra()
	if n := i + 1 - len(x.times); n > 0 {
		x.times = append(x.times, make([]float64, n)...)
	}
	x.times[i] = now
}

// readAt notes a read for &read_expire.
func (t *Table) readAt(i int) {
	if t.Attrs.Expire == ReadExpire {
		t.touch(i, t.Attrs.Now())
	}
}

// Touched returns the network time from which the expiry of an element counts; 0 if there is none.
func (t *Table) Touched(keys []Value) float64 {
	if i := t.find(keys); i >= 0 && t.x != nil && i < len(t.x.times) {
		return t.x.times[i]
	}
	return 0
}

// ExpireStep looks at the next n elements (all when n <= 0) and lets those go whose time has come, calling ExpireFunc and OnChange.
// It returns true when the pass over the table has to be continued soon, false when it is through. Elements that were
// added before there was network time count from the first step that sees them.
func (t *Table) ExpireStep(now float64, n int) (more bool) {
	if t.Attrs == nil || t.Attrs.ExpireAfter == nil {
		return false
	}
	after := t.Attrs.ExpireAfter()
	if after < 0 || t.live == 0 {
		return false
	}
	x := t.extra()
	if !x.passing {
		x.cursor, x.passing = t.Iter(), true
	}
	gone := false
	for seen := 0; n <= 0 || seen < n; seen++ {
		if !x.cursor.Next() {
			x.passing = false
			break
		}
		if t.expireAt(x.cursor.pos, now, after) {
			gone = true
		}
		if !x.passing { // cleared by a function
			break
		}
	}
	if !x.passing {
		x.cursor = Iter{}
	}
	if gone {
		t.changed()
	}
	return x.passing
}

// expireAt lets the element at a position go if its time has come.
func (t *Table) expireAt(i int, now, after float64) bool {
	var since float64
	if i < len(t.x.times) {
		since = t.x.times[i]
	}
	if since == 0 {
		t.touch(i, now)
		return false
	}
	if since+after >= now {
		return false
	}
	var keys []Value
	if t.Attrs.ExpireFunc != nil || t.tells() {
		keys = t.keysAt(i)
	}
	if t.Attrs.ExpireFunc != nil {
		keep := t.Attrs.ExpireFunc(t, keys)
		// The function may have changed the table.
		if i = t.find(keys); i < 0 {
			return false
		}
		if keep > 0 {
			t.touch(i, now-after+keep)
			return false
		}
	}
	v := t.valueAt(i)
	t.remove(i)
	t.tell(ElementExpired, keys, Value{}, v)
	return true
}
