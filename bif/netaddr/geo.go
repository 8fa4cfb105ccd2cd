package netaddr

import (
	"net/netip"
	"os"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// database is one GeoIP database. It is opened at its first use, from the places that the mmdb_* constants name, unless a
// script has opened one.
type database struct {
	what   string   // for messages
	files  []string // constants that name files, in order of preference
	path   string   // of the file opened last
	r      *maxminddb.Reader
	info   os.FileInfo
	looked float64 // network time of the last look at the file
	told   bool    // that it cannot be opened
}

func (d *database) close() {
	if d.r != nil {
		d.r.Close()
		d.r, d.told = nil, false
	}
}

// A message about databases is not given more often than this many times in so many seconds of network time.
const (
	maxTold  = 20
	tellTime = 300
)

func (f *Family) tell(m *interp.M, format string, args ...any) {
	if now := m.NetworkTime(); now > f.since+tellTime {
		f.told, f.since = 0, now
	}
	if f.told++; f.told <= maxTold {
		m.Plainf(diag.Info, format, args...)
	}
}

// open opens a file in place of the one open before; false, with a message unless there is no such file.
func (f *Family) open(m *interp.M, d *database, path string) bool {
	d.close()
	d.path = path
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	r, err := maxminddb.Open(path)
	if err != nil {
		f.tell(m, "Failed to open MaxMind DB: %s [%s]", path, err)
		return false
	}
	d.r, d.info, d.looked = r, info, m.NetworkTime()
	return true
}

// text returns a string constant of the scripts, "" without it.
func text(m *interp.M, name string) string {
	if g := m.Lookup(name); g != nil {
		if v, ok := m.Value(g); ok {
			return v.Str()
		}
	}
	return ""
}

// search opens the first file that there is: in mmdb_dir every kind of file, then each kind in every fallback directory.
func (f *Family) search(m *interp.M, d *database) bool {
	if dir := text(m, "mmdb_dir"); dir != "" {
		for _, file := range d.files {
			if f.open(m, d, dir+"/"+text(m, file)) {
				return true
			}
		}
	}
	if g := m.Lookup("mmdb_dir_fallbacks"); g != nil {
		if dirs, ok := m.Value(g); ok {
			for _, file := range d.files {
				for i := range dirs.Vec().Len() {
					dir, _ := dirs.Vec().Get(i)
					if f.open(m, d, dir.Str()+"/"+text(m, file)) {
						return true
					}
				}
			}
		}
	}
	d.path = ""
	return false
}

// ready sees to it that a database is open and reports once if it cannot be.
func (f *Family) ready(m *interp.M, site *interp.Site, d *database) bool {
	ok := true
	switch {
	case d.path == "":
		ok = f.search(m, d)
	case d.r == nil:
		ok = f.open(m, d, d.path)
	case f.stale(m, d):
		f.tell(m, "Closing stale MaxMind DB [%s]", d.path)
		ok = f.open(m, d, d.path)
	}
	if !ok && !d.told {
		d.told = true
		m.Errorf(site, "Failed to open %s", d.what)
	}
	return ok
}

// stale looks from time to time whether the file has been replaced.
func (f *Family) stale(m *interp.M, d *database) bool {
	every := 300.0
	if g := m.Lookup("mmdb_stale_check_interval"); g != nil {
		if v, ok := m.Value(g); ok {
			every = v.Double()
		}
	}
	now := m.NetworkTime()
	if every < 0 || now-d.looked < every {
		return false
	}
	d.looked = now
	info, err := os.Stat(d.path)
	switch {
	case err != nil:
		return true
	case !os.SameFile(info, d.info):
		f.tell(m, "Inode change detected for MaxMind DB [%s]", d.path)
		return true
	case !info.ModTime().Equal(d.info.ModTime()):
		f.tell(m, "Modification time change detected for MaxMind DB [%s]", d.path)
		return true
	}
	return false
}

// find looks an address up; false if the database knows nothing of it.
func (f *Family) find(m *interp.M, site *interp.Site, d *database, a netip.Addr) (maxminddb.Result, bool) {
	if !f.ready(m, site, d) {
		return maxminddb.Result{}, false
	}
	r := d.r.Lookup(a)
	if err := r.Err(); err != nil {
		f.tell(m, "MaxMind DB lookup location error [%s]", err)
		d.close()
		return r, false
	}
	return r, r.Found()
}

// at decodes what lies at path; the zero value, and false, if there is nothing.
func at[T comparable](r maxminddb.Result, path ...any) (v T, ok bool) {
	var zero T
	if err := r.DecodePath(&v, path...); err != nil {
		return zero, false
	}
	return v, v != zero
}

func (f *Family) geoRows() []interp.Builtin {
	opens := func(sig, doc string, d *database) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, F1: func(m *interp.M, _ *interp.Site, path val.Value) val.Value {
			return val.Bool(f.open(m, d, path.Str()))
		}}
	}
	return []interp.Builtin{
		opens("function mmdb_open_location_db(f: string): bool", "Opens a GeoIP city or country database for lookup_location.", &f.places),
		opens("function mmdb_open_asn_db(f: string): bool", "Opens a GeoIP database of autonomous systems for lookup_autonomous_system.", &f.systems),
		{Sig: "function lookup_location(a: addr): geo_location",
			Doc: "Tells where an address is, as far as the GeoIP database knows.",
			F1:  f.location},
		{Sig: "function lookup_autonomous_system(a: addr): geo_autonomous_system",
			Doc: "Tells the autonomous system of an address, as far as the GeoIP database knows.",
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				rec := val.NewRecord(site.Result)
				if r, ok := f.find(m, site, &f.systems, a.Addr()); ok {
					if n, ok := at[uint64](r, "autonomous_system_number"); ok {
						rec.Set(0, val.Count(n))
					}
					if s, ok := at[string](r, "autonomous_system_organization"); ok {
						rec.Set(1, val.Str(s))
					}
				}
				return val.Rec(rec)
			}},
		{Sig: "function lookup_asn(a: addr): count",
			Doc: "Gives the number of an address's autonomous system, 0 if it is not known. Bro only; see lookup_autonomous_system.",
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				n := uint64(0)
				if r, ok := f.find(m, site, &f.systems, a.Addr()); ok {
					n, _ = at[uint64](r, "autonomous_system_number")
				}
				return val.Count(n)
			}},
	}
}

func (f *Family) location(m *interp.M, site *interp.Site, a val.Value) val.Value {
	rec := val.NewRecord(site.Result)
	r, ok := f.find(m, site, &f.places, a.Addr())
	if !ok {
		return val.Rec(rec)
	}
	for i, path := range [][]any{{"country", "iso_code"}, {"subdivisions", 0, "iso_code"}, {"city", "names", "en"}} {
		if s, ok := at[string](r, path...); ok {
			rec.Set(i, val.Str(s))
		}
	}
	for i, path := range [][]any{{"location", "latitude"}, {"location", "longitude"}} {
		var d *float64 // zero is a latitude
		if err := r.DecodePath(&d, path...); err == nil && d != nil {
			rec.Set(3+i, val.Double(*d))
		}
	}
	return val.Rec(rec)
}
