package testrun

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

// The report that continuous integration systems read: the elements of Ant's JUnit task that all of them know.
type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"` // seconds
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	File    string      `xml:"file,attr"`
	Time    string      `xml:"time,attr"`
	Failure *junitText  `xml:"failure"`
	Skipped *junitEmpty `xml:"skipped"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitEmpty struct {
	Message string `xml:"message,attr"`
}

// writeJUnit writes a report of what has run.
func writeJUnit(file string, records []record, elapsed time.Duration) error {
	s := junitSuite{Name: "brogo test", Tests: len(records), Time: fmt.Sprintf("%.3f", elapsed.Seconds())}
	for _, rec := range records {
		c := junitCase{Class: filepath.ToSlash(filepath.Dir(rec.t.File)), Name: rec.t.Name, File: rec.t.File,
			Time: fmt.Sprintf("%.3f", rec.r.Elapsed.Seconds())}
		text := printable(rec.r.Detail)
		switch rec.r.Status {
		case Failed:
			s.Failures++
			first, _, _ := strings.Cut(text, "\n")
			c.Failure = &junitText{first, text}
		case Skipped:
			s.Skipped++
			c.Skipped = &junitEmpty{text}
		}
		s.Cases = append(s.Cases, c)
	}
	b, err := xml.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append([]byte(xml.Header), append(b, '\n')...), 0o666)
}

// printable is text that XML can hold: colours go, other control characters and broken UTF-8 become U+FFFD.
func printable(s string) string {
	for _, c := range []string{red, green, cyan, bold, plain} {
		s = strings.ReplaceAll(s, c, "")
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
}
