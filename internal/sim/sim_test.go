package sim

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/brogo/brogo/internal/layout"
)

func TestParseFault(t *testing.T) {
	l := layout.Make(3, 2, 0)
	for _, c := range []struct {
		kind       Kind
		text, want string
	}{
		{Partition, "manager,worker-1@5s..20s", "manager,worker-1@5s..20s"},
		{Partition, "worker-1@5s..1m", "worker-1|manager,proxy-1,proxy-2,worker-2,worker-3@5s..1m0s"},
		{Partition, "manager,worker-1,worker-2@5s..1m", "manager,worker-1,worker-2|proxy-1,proxy-2,worker-3@5s..1m0s"},
		{Partition, "proxy-*|worker-*@0s..1s", "proxy-1,proxy-2|worker-1,worker-2,worker-3@0s..1s"},
		{Reset, "manager,proxy-1@100ms", "manager,proxy-1@100ms"},
		{Crash, "worker-*@3s", "worker-1,worker-2,worker-3@3s"},
		{Restart, "worker-1@3s", "worker-1@3s"},
		{Crash, "worker-9@3s", "--crash worker-9@3s: the layout has no node worker-9"},
		{Crash, "worker-1", "--crash worker-1: no time; it is NODES@TIME, such as worker-1@3s"},
		{Crash, "a|b@3s", "--crash a|b@3s: it has one group of nodes; it is NODES@TIME, such as worker-1@3s"},
		{Crash, "a@3s..4s", "--crash a@3s..4s: it has no end; it is NODES@TIME, such as worker-1@3s"},
		{Partition, "a,b@3s", "--partition a,b@3s: when does it end; it is NODES@FROM..TO, such as manager,worker-1@5s..20s"},
		{Partition, "a,b@3s..2s", "--partition a,b@3s..2s: no later time: 2s; it is NODES@FROM..TO, such as manager,worker-1@5s..20s"},
		{Reset, "[@3s", "--reset [@3s: no name of a node: [; it is NODES@TIME, such as worker-1@3s"},
		{Reset, "a@-3s", "--reset a@-3s: no time: -3s; it is NODES@TIME, such as worker-1@3s"},
	} {
		f, err := ParseFault(c.kind, c.text)
		if err == nil {
			f, err = f.expand(l)
		}
		got := f.String()
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.kind, c.text, got, c.want)
		}
	}
}

// TestSameSeed runs a cluster with faults, latency and loss twice, and once with another seed.
func TestSameSeed(t *testing.T) {
	run := func(seed uint64) string {
		opt := busyOptions(seed)
		opt.Drop = 0.05
		opt.Engine.Code = append(opt.Engine.Code, "event tick(from: string, k: count) { print from, k, rand(1000000), unique_id(\"\"); }")
		var out bytes.Buffer
		opt.Stdout, opt.Stderr = &out, &out
		r, err := Run(context.Background(), opt)
		if err != nil || !r.OK() || r.Messages == 0 {
			t.Fatalf("seed %d: %v %+v", seed, err, r)
		}
		return out.String()
	}
	a := run(1)
	if a != run(1) {
		t.Error("the same seed gives different output")
	}
	if a == run(2) {
		t.Error("two seeds give the same output")
	}
}

// BenchmarkTenMinutes runs one manager, three proxies and twenty workers for ten minutes.
func BenchmarkTenMinutes(b *testing.B) {
	const script = `
event back(worker: string) { }
event there(worker: string) { Broker::publish(Cluster::worker_topic, back, worker); }
event keyed(worker: string) { }
global n = 0;
event go()
	{
	Broker::publish(Cluster::manager_topic, there, Cluster::node);
	Broker::publish(Cluster::rr_topic(Cluster::proxy_pool, "key"), there, Cluster::node);
	Cluster::publish_hrw(Cluster::proxy_pool, cat("key", ++n), keyed, Cluster::node);
	schedule 10sec { go() };
	}
event zeek_init() { if ( Cluster::local_node_type() == Cluster::WORKER ) schedule 10sec { go() }; }
`
	for b.Loop() {
		opt := busyOptions(1)
		opt.Layout, opt.For, opt.Chaos, opt.Engine.Code = layout.Make(20, 3, 0), 10*time.Minute, 0, []string{script}
		if r, err := Run(context.Background(), opt); err != nil || !r.OK() {
			b.Fatal(err, r)
		}
	}
}
