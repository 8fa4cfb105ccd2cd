package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// BenchOptions sets Bench and GC.
type BenchOptions struct {
	Out  io.Writer
	Bins []string // programs to time
	Dir  string   // of whole programs; "": the functions of testdata/bench
	Runs int
}

// benchRounds is how often a function of testdata/bench goes round in a process of its own.
const benchRounds = 500_000

// job is one program to time: arguments for brogo.
type job struct {
	name string
	args []string
}

// jobs are the programs that are timed; the first is the start alone.
func (o *BenchOptions) jobs() ([]job, error) {
	dir, all := o.Dir, []job{{"start, bare", []string{"-b", "-e", ""}}, {"start, default", []string{"-e", ""}}}
	if dir == "" {
		dir = "testdata/bench"
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.zeek"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no programs in %s", dir)
	}
	for _, f := range files {
		if f, err = filepath.Abs(f); err != nil {
			return nil, err
		}
		args := []string{"-b", f}
		if o.Dir == "" {
			args = append(args, "-e", fmt.Sprintf("event zeek_init() { bench(%d); }", benchRounds))
		}
		all = append(all, job{strings.TrimSuffix(filepath.Base(f), ".zeek"), args})
	}
	return all, nil
}

// usage is what one run of a program took: the CPU time and the most memory.
type usage struct {
	cpu  time.Duration
	peak int64 // bytes
}

// time runs one program and sees what it took.
func (j *job) time(bin string, env []string) (usage, error) {
	dir, err := os.MkdirTemp("", "brogo-bench-")
	if err != nil {
		return usage{}, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command(bin, j.args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return usage{}, fmt.Errorf("%s %s: %w\n%s", bin, strings.Join(j.args, " "), err, out)
	}
	u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return usage{spent(u), int64(u.Maxrss) << 10}, nil
}

// variant is one way to run the programs.
type variant struct {
	name, bin string
	env       []string
}

// measure runs every program in every way, in turns, and takes the least time and the median of the peaks.
func (o *BenchOptions) measure(ways []variant) ([]job, [][]usage, error) {
	if len(o.Bins) == 0 {
		return nil, nil, errors.New("which brogo? Build one and name it with -bin")
	}
	jobs, err := o.jobs()
	if err != nil {
		return nil, nil, err
	}
	all := make([][]usage, len(jobs))
	for i, j := range jobs {
		all[i] = make([]usage, len(ways))
		for run := range o.Runs {
			for k, v := range ways {
				u, err := j.time(v.bin, v.env)
				if err != nil {
					return nil, nil, err
				}
				best := &all[i][k]
				if run == 0 {
					*best = u
				}
				best.cpu, best.peak = min(best.cpu, u.cpu), min(best.peak, u.peak)
			}
		}
	}
	return jobs, all, nil
}

// table prints CPU time and peak memory of each program and way, and at the end the geometric means by the first way.
func (o *BenchOptions) table(ways []variant) error {
	for i, v := range ways {
		bin, err := filepath.Abs(v.bin)
		if err != nil {
			return err
		}
		ways[i].bin = bin
	}
	jobs, all, err := o.measure(ways)
	if err != nil {
		return err
	}
	w := o.Out
	fmt.Fprint(w, "|  |")
	for _, v := range ways {
		fmt.Fprintf(w, " %s |", v.name)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---:|", len(ways)))
	cpu, mem := make([]float64, len(ways)), make([]float64, len(ways))
	for i, j := range jobs {
		fmt.Fprintf(w, "| %s |", j.name)
		for k, u := range all[i] {
			fmt.Fprintf(w, " %.1f ms, %.1f MB |", float64(u.cpu.Microseconds())/1e3, float64(u.peak)/1e6)
			cpu[k] += math.Log(float64(u.cpu) / float64(all[i][0].cpu))
			mem[k] += math.Log(float64(u.peak) / float64(all[i][0].peak))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "| geometric mean |")
	for k := range ways {
		n := float64(len(jobs))
		fmt.Fprintf(w, " %.3f CPU, %.3f memory |", math.Exp(cpu[k]/n), math.Exp(mem[k]/n))
	}
	fmt.Fprintln(w)
	return nil
}

// Bench prints the CPU time and the peak memory of programs, the least of some runs, with each binary.
func Bench(o BenchOptions) error {
	var ways []variant
	for _, b := range o.Bins {
		ways = append(ways, variant{name: filepath.Base(b), bin: b})
	}
	return o.table(ways)
}

// GC does the same with one binary under settings of the garbage collector.
func GC(o BenchOptions) error {
	if len(o.Bins) != 1 {
		return errors.New("name one brogo with -bin")
	}
	var ways []variant
	for _, s := range []string{"GOGC=100", "GOGC=200", "GOGC=400", "GOGC=off", "GOGC=off GOMEMLIMIT=64MiB"} {
		ways = append(ways, variant{s, o.Bins[0], strings.Fields(s)})
	}
	return o.table(ways)
}
