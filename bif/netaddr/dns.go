package netaddr

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/minio/highwayhash"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Resolver answers name queries; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// queryTime is how long an answer is waited for.
const queryTime = 5 * time.Second

// noName stands for the name that was not found.
const noName = "<???>"

// lookups are the queries under way.
type lookups struct {
	resolver Resolver
	fake     bool
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

func newLookups(r Resolver, fake bool) *lookups {
	l := &lookups{resolver: r, fake: fake}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// close ends the queries and waits for their goroutines.
func (l *lookups) close() {
	l.cancel()
	l.running.Wait()
}

func (l *lookups) rows() []interp.Builtin {
	const inWhen = " It may be called inside the condition of a when only."
	return []interp.Builtin{
		{Sig: "function lookup_addr(host: addr): string",
			Doc: "Asks DNS for the name of an address; `<???>` if there is none." + inWhen,
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				addr := a.Addr().String()
				return l.ask(m, site, "lookup_addr", addr, val.Str("<error>"), func(ctx context.Context) val.Value {
					return val.Str(l.nameOf(ctx, addr))
				})
			}},
		{Sig: "function lookup_hostname(host: string): addr_set",
			Doc: "Asks DNS for the addresses of a name; 0.0.0.0 if there are none." + inWhen,
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				host, t := cstr.Check(m, a.Str()), site.Result
				ask := l.addrsOf(m, host)
				return l.ask(m, site, "lookup_hostname", host, val.Tab(val.NewTable(t, nil)), func(ctx context.Context) val.Value {
					addrs, err := ask(ctx)
					if err != nil {
						addrs = []netip.Addr{netip.IPv4Unspecified()}
					}
					return addrSet(t, addrs)
				})
			}},
		{Sig: "function lookup_hostname_txt(host: string): string",
			Doc: "Asks DNS for the first text record of a name; `<???>` if there is none." + inWhen,
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				host := cstr.Check(m, a.Str())
				fake := "fake_lookup_result_T_TXT_" + host
				if m.Dialect().PlainFakeText {
					fake = "fake_text_lookup_result_" + host
				}
				return l.ask(m, site, "lookup_hostname_txt", host, val.Str("<error>"), func(ctx context.Context) val.Value {
					if l.fake {
						return val.Str(fake)
					}
					texts, err := l.resolver.LookupTXT(ctx, host)
					if err != nil || len(texts) == 0 {
						return val.Str(noName)
					}
					return val.Str(texts[0])
				})
			}},
		{Sig: "function blocking_lookup_hostname(host: string): addr_set",
			Doc: "Asks DNS for the addresses of a name and has the whole program wait for the answer; the set is empty if there are none.",
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				host := cstr.Check(m, a.Str())
				ctx, cancel := context.WithTimeout(l.ctx, queryTime)
				defer cancel()
				addrs, err := l.addrsOf(m, host)(ctx)
				if err != nil {
					m.Plainf(diag.Warning, "Can't resolve host: %s", host)
				}
				return addrSet(site.Result, addrs)
			}},
	}
}

// ask has query run on a goroutine while the when waits. Outside of a when it reports an error and returns bad.
func (l *lookups) ask(m *interp.M, site *interp.Site, name, arg string, bad val.Value, query func(context.Context) val.Value) val.Value {
	if in, _ := m.InWhen(); !in {
		m.Errorf(site, "%s() can only be called inside a when-condition", name)
		return bad
	}
	return m.Delay(site, name+" "+arg, func(resume func(val.Value)) {
		if l.fake {
			resume(query(l.ctx))
			return
		}
		release := m.Hold()
		l.running.Add(1)
		go func() {
			defer l.running.Done()
			defer release()
			ctx, cancel := context.WithTimeout(l.ctx, queryTime)
			defer cancel()
			resume(query(ctx))
		}()
	})
}

func (l *lookups) nameOf(ctx context.Context, addr string) string {
	if l.fake {
		return "fake_addr_lookup_result_" + addr
	}
	names, err := l.resolver.LookupAddr(ctx, addr)
	if err != nil || len(names) == 0 {
		return noName
	}
	return strings.TrimSuffix(names[0], ".")
}

// addrsOf prepares the query for a name's addresses; what it returns may run on any goroutine.
func (l *lookups) addrsOf(m *interp.M, host string) func(context.Context) ([]netip.Addr, error) {
	if l.fake {
		fake := []netip.Addr{netip.AddrFrom16(fakeAddr(m, host))}
		return func(context.Context) ([]netip.Addr, error) { return fake, nil }
	}
	return func(ctx context.Context) ([]netip.Addr, error) { return l.resolver.LookupNetIP(ctx, "ip", host) }
}

// fakeAddr is the hash of a name. The key is that of digest_salt, which counts once loading is over: until then it is zero.
func fakeAddr(m *interp.M, host string) [16]byte {
	if m.Dialect().MD5FakeAddrs {
		return md5.Sum([]byte(host))
	}
	var key [sha256.Size]byte
	if m.Running() {
		if salt, ok := m.Value(m.Lookup("digest_salt")); ok {
			key = sha256.Sum256([]byte(salt.Str()))
		}
	}
	return highwayhash.Sum128([]byte(host), key[:])
}

func addrSet(t *types.Type, addrs []netip.Addr) val.Value {
	set := val.NewTable(t, nil)
	for _, a := range addrs {
		set.SetOne(val.Addr(a.WithZone("")), val.Value{})
	}
	return val.Tab(set)
}
