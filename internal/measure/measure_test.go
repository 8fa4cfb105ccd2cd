package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Every curve can be measured and drawn; how long things take is of no interest here.
func TestCurves(t *testing.T) {
	for _, c := range curves(4) {
		t.Run(c.name, func(t *testing.T) {
			if c.sizes = []int{1, 3}; c.name == "table-composite" {
				c.sizes = []int{7}
			}
			lines, err := c.measure(1, 10)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			c.print(&out, lines)
			for _, name := range c.lines {
				if !strings.Contains(out.String(), "| "+name+" |") {
					t.Errorf("no row of %q:\n%s", name, &out)
				}
			}
			wellFormed(t, plot(c, lines), len(c.lines)*len(c.sizes))
		})
	}
}

// wellFormed checks an SVG and that it has so many points.
func wellFormed(t *testing.T, svg []byte, points int) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "circle" {
			points--
		}
	}
	if points != 0 || bytes.Contains(svg, []byte("NaN")) {
		t.Errorf("%d points are missing, or are no numbers:\n%s", points, svg)
	}
}

func TestGrowth(t *testing.T) {
	for _, c := range []struct {
		ns   []float64
		want float64
	}{{[]float64{10, 20, 30}, 3}, {[]float64{30, 20, 10}, 1}, {[]float64{30, 10, 15, 5}, 1.5}} {
		var points []Point
		for i, ns := range c.ns {
			points = append(points, Point{i + 1, ns})
		}
		if got := growth(points); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v grow by %v, want %v", c.ns, got, c.want)
		}
	}
}

// A short long run; and one whose memory grows is told from it.
func TestLong(t *testing.T) {
	samples, err := Long(io.Discard, LongOptions{Minutes: 4, Rate: 200})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(samples); n != 4 || samples[3].Events < 4*60*200-200 || samples[3].Expired == 0 || samples[3].Hosts == 0 {
		t.Errorf("samples %+v", samples)
	}
	for i := range samples {
		samples[i].Live, samples[i].System = 100, 100
	}
	if err := Flat(io.Discard, samples); err != nil {
		t.Error(err)
	}
	samples[3].Live = 120
	if err := Flat(io.Discard, samples); err == nil {
		t.Error("a fifth more memory counts as flat")
	}
}

func TestProfile(t *testing.T) {
	t.Chdir("../..")
	out := filepath.Join(t.TempDir(), "a.pgo")
	if err := Profile(out, 0.001, 100); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(out); err != nil || len(b) == 0 {
		t.Errorf("the profile has %d bytes: %v", len(b), err)
	}
}

func TestWrongCommandLines(t *testing.T) {
	for _, args := range [][]string{nil, {"nothing"}, {"curves", "more"}, {"long", "-minutes", "many"}} {
		if code := run(args); code != 2 {
			t.Errorf("%q: exit status %d", args, code)
		}
	}
	if code := run([]string{"bench"}); code != 1 {
		t.Errorf("bench without a binary: exit status %d", code)
	}
}

// BenchmarkPeers is the load of the peers curve, for a profile of both ends: go test -run - -bench Peers/1 -cpuprofile cpu.out
func BenchmarkPeers(b *testing.B) {
	for _, n := range []int{1, 200} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			if _, err := peers(n, b.N*n); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// What was too short for the clock has a place in a plot, too.
func TestPlotZero(t *testing.T) {
	c := curve{title: "nothing", lines: []string{"none"}, sizes: []int{1, 10}}
	wellFormed(t, plot(c, [][]Point{{{N: 1}, {N: 10}}}), 2)
}
