package brogo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// clusterLayout and clusterScript are a small cluster: loggers print the rows that they write, worker-1 writes ten a second for a minute.
const clusterLayout = `
redef Cluster::manager_is_logger = F;
redef Cluster::nodes = {
	["logger-1"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.1, $p=1/tcp],
	["logger-2"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.2, $p=1/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.3, $p=1/tcp],
};
`

const clusterScript = `
redef LogAscii::use_json = T;
redef LogAscii::output_to_stdout = T;
redef Log::default_rotation_interval = 0sec;
redef Log::default_mail_alarms_interval = 0sec;
redef Broker::log_batch_interval = 100msec;

module Test;

export {
	redef enum Log::ID += { LOG };
	type Info: record { n: count &log; };
	global go: event(n: count);
}

event zeek_init() &priority=4
	{
	Log::create_stream(LOG, [$columns=Info, $path="t"]);
	Log::remove_default_filter(Cluster::LOG);
	Log::remove_default_filter(Broker::LOG);
	}


event go(n: count)
	{
	Log::write(LOG, [$n=n]);
	if ( n < 600 )
		schedule 100msec { go(n + 1) };
	}

module Cluster;

@if ( Cluster::local_node_type() == Cluster::WORKER )
event unmet()
	{ print "unmet", Cluster::unmet_nodes(); }

event zeek_init()
	{
	schedule 0.5sec { unmet() };
	schedule 1sec { Test::go(1) };
	schedule 2sec { unmet() };
	schedule 45sec { unmet() };
	}
@endif
`

// newCluster starts the three; more is added to what the worker runs.
func newCluster(t *testing.T, more string) *world {
	w := newWorld(t)
	w.net.SetLatency(func(string, string) time.Duration { return 150 * time.Millisecond })
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "cluster-layout.zeek"), []byte(clusterLayout), 0o666); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"logger-1", "logger-2", "worker-1"} {
		script := clusterScript
		if name == "worker-1" {
			script += "module GLOBAL;" + more
		} else {
			script = "redef Log::enable_local_logging = T;\n" + script
		}
		w.addWith(map[string]string{"CLUSTER_NODE": name, "ZEEKPATH": dir}, fmt.Sprintf("10.0.0.%d", i+1), script)
	}
	return w
}

// rows counts how often each row has been written, and by whom.
func (w *world) rows() (count map[string]int, by map[string]int) {
	count, by = map[string]int{}, map[string]int{}
	for line := range strings.Lines(w.log.String()) {
		if who, row, ok := strings.Cut(line, `: {"n":`); ok {
			count[strings.TrimRight(row, "}\n")]++
			by[strings.Fields(who)[1]]++
		}
	}
	return count, by
}

// Without breaks loggers write in turn.
func TestClusterLogsInTurn(t *testing.T) {
	w := newCluster(t, "")
	w.run(70 * time.Second)
	count, by := w.rows()
	for n := 1; n <= 600; n++ {
		if k := count[fmt.Sprint(n)]; k != 1 {
			t.Errorf("row %d was written %d times", n, k)
		}
	}
	if by["10.0.0.1"] != 300 || by["10.0.0.2"] != 300 {
		t.Errorf("the loggers wrote %v", by)
	}
	if !strings.Contains(w.log.String(), "0.5 10.0.0.3: unmet, [logger-1, logger-2]") || !strings.Contains(w.log.String(), "2.0 10.0.0.3: unmet, []") {
		t.Errorf("who is unmet:\n%s", w.log.String())
	}
}

// A connection that breaks, and a logger that cannot be reached for a while, lose no row. Only those that were written and whose
// acknowledgement was cut off are written by the other logger, too.
func TestClusterLogsSurvive(t *testing.T) {
	w := newCluster(t, "")
	w.run(10 * time.Second)
	w.net.Reset("10.0.0.3", "10.0.0.2")
	w.run(5 * time.Second)
	w.net.Cut("10.0.0.3", "10.0.0.1")
	w.run(40 * time.Second)
	w.net.Heal("10.0.0.3", "10.0.0.1")
	w.run(60 * time.Second)
	count, by := w.rows()
	twice := 0
	for n := 1; n <= 600; n++ {
		switch k := count[fmt.Sprint(n)]; {
		case k == 0:
			t.Errorf("row %d was lost", n)
		case k > 1:
			twice++
		}
	}
	if twice > 4 || by["10.0.0.1"] < 50 || by["10.0.0.2"] < 300 {
		t.Errorf("%d rows were written twice, %v\n%s", twice, by, w.log.String())
	}
	if !strings.Contains(w.log.String(), "45.0 10.0.0.3: unmet, [logger-1]") {
		t.Error("the worker does not miss the logger that it cannot reach")
	}
}

// A node that cannot get rid of its rows keeps the newest and tells scripts how many it gave up; the loggers count the gap.
func TestClusterLogsGiveUp(t *testing.T) {
	w := newCluster(t, `
redef Broker::log_keep_bytes = 1000;
event Broker::log_rows_lost(stream: string, path: string, rows: count, total: count)
	{ print "gave up", stream, path, total; }`)
	w.run(5 * time.Second)
	w.net.Cut("10.0.0.3", "10.0.0.1")
	w.net.Cut("10.0.0.3", "10.0.0.2")
	w.run(60 * time.Second)
	w.net.Heal("10.0.0.3", "10.0.0.1")
	w.net.Heal("10.0.0.3", "10.0.0.2")
	w.run(60 * time.Second)
	count, _ := w.rows()
	var total int
	for line := range strings.Lines(w.log.String()) {
		if _, n, ok := strings.Cut(line, "gave up, Test::LOG, t, "); ok {
			fmt.Sscan(n, &total)
		}
	}
	// Of the few rows whose acknowledgement was under way when the line broke the worker cannot know that they were written.
	if sum := len(count) + total; total == 0 || sum < 600 || sum > 604 || count["600"] != 1 {
		t.Errorf("%d rows were written, %d given up\n%s", len(count), total, w.log.String())
	}
}
