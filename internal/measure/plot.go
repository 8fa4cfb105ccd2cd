package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
)

// colors are those of the lines of a plot, told apart by the colour-blind, too (the palette of Okabe and Ito).
var colors = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"}

// Measures of a plot in pixels.
const (
	plotWidth, plotHeight = 760, 340
	plotLeft, plotRight   = 70, 215
	plotTop, plotBottom   = 40, 50
)

// plot draws the lines of a curve as an SVG, both axes logarithmic, so that a factor of two is the same height everywhere: each grid line
// is about twice the one below. A library for plots would be a dozen dependencies in place of this file; there is one kind of plot.
func plot(c curve, lines [][]Point) []byte {
	lo, hi := math.Inf(1), 0.0
	for _, points := range lines {
		for _, p := range points {
			lo, hi = min(lo, height(p)), max(hi, height(p))
		}
	}
	grid := gridLines(lo, hi)
	bottom, top := math.Log(grid[0]), math.Log(grid[len(grid)-1])
	first, last := math.Log(float64(c.sizes[0])), math.Log(float64(c.sizes[len(c.sizes)-1]))
	x := func(n int) float64 {
		return plotLeft + (math.Log(float64(n))-first)/max(last-first, 1e-9)*(plotWidth-plotLeft-plotRight)
	}
	y := func(ns float64) float64 {
		return plotHeight - plotBottom - (math.Log(ns)-bottom)/(top-bottom)*(plotHeight-plotTop-plotBottom)
	}
	const right, base = plotWidth - plotRight, plotHeight - plotBottom

	var w bytes.Buffer
	fmt.Fprintf(&w, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n", plotWidth, plotHeight)
	fmt.Fprintf(&w, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n")
	fmt.Fprintf(&w, "<text x=\"%d\" y=\"22\" font-size=\"14\">%s</text>\n", plotLeft, html.EscapeString(c.title))
	for _, v := range grid {
		fmt.Fprintf(&w, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n", plotLeft, y(v), right,
			plotLeft-6, y(v)+4, v)
	}
	for _, n := range c.sizes {
		fmt.Fprintf(&w, "<path d=\"M%.1f %dv5\" stroke=\"black\"/>", x(n), base)
		if label := sizeLabel(n); label != "" {
			fmt.Fprintf(&w, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x(n), base+19, label)
		}
		w.WriteByte('\n')
	}
	fmt.Fprintf(&w, "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"black\"/>\n", plotLeft, plotTop, base, right)
	fmt.Fprintf(&w, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", (plotLeft+right)/2, plotHeight-12, html.EscapeString(c.axis))
	fmt.Fprintf(&w, "<text transform=\"translate(18 %d) rotate(-90)\" text-anchor=\"middle\">ns of CPU each</text>\n", (plotTop+base)/2)
	for i, points := range lines {
		color := colors[i%len(colors)]
		fmt.Fprintf(&w, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" d=\"", color)
		for j, p := range points {
			fmt.Fprintf(&w, "%c%.1f %.1f", "ML"[min(j, 1)], x(p.N), y(height(p)))
		}
		w.WriteString("\"/>\n")
		for _, p := range points {
			fmt.Fprintf(&w, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x(p.N), y(height(p)), color)
		}
		at := plotTop + 8 + 18*i
		fmt.Fprintf(&w, "\n<path d=\"M%d %dh18\" stroke=\"%s\" stroke-width=\"2\"/><text x=\"%d\" y=\"%d\">%s (%.1f×)</text>\n", right+12, at, color,
			right+36, at+4, html.EscapeString(c.lines[i]), growth(points))
	}
	w.WriteString("</svg>\n")
	return w.Bytes()
}

// height is what a point counts as: what was too short for the clock is a nanosecond, since a logarithmic axis has no zero.
func height(p Point) float64 { return max(p.Ns, 1) }

// gridLines are the 1, 2, 5, 10, … from at most lo to at least hi.
func gridLines(lo, hi float64) (lines []float64) {
	for decade := math.Pow(10, math.Floor(math.Log10(lo))); ; decade *= 10 {
		for _, m := range []float64{1, 2, 5} {
			v := m * decade
			if len(lines) > 0 && v <= lo {
				lines = lines[:0]
			}
			lines = append(lines, v)
			if v >= hi && len(lines) > 1 {
				return lines
			}
		}
	}
}

// sizeLabel is how a size stands at the axis: small ones and powers of ten do.
func sizeLabel(n int) string {
	if n <= 200 {
		return fmt.Sprint(n)
	}
	e := math.Log10(float64(n))
	if e != math.Trunc(e) {
		return ""
	}
	return fmt.Sprintf("10<tspan dy=\"-5\" font-size=\"9\">%.0f</tspan>", e)
}
