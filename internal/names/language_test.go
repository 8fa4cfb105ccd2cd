package names

import (
	"slices"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/types"
)

// TestLanguage asks that every keyword, attribute and directive is documented, by a whole text.
func TestLanguage(t *testing.T) {
	for _, w := range Language() {
		if w.Kind == "" || w.Text == "" || !strings.HasSuffix(w.Text, ".") {
			t.Errorf("%v: kind %q, text %q", w.Names, w.Kind, w.Text)
		}
		for _, n := range w.Names {
			if LookupWord(n).Names[0] != w.Names[0] {
				t.Errorf("%s is there twice", n)
			}
		}
	}
	for k := types.AttrKind(0); k.String() != ""; k++ {
		if LookupWord(k.String()) == nil {
			t.Errorf("attribute %s is not documented", k)
		}
	}
	// Words that only stand within other forms.
	within := []string{"T", "F", "of"}
	for _, k := range lex.Keywords() {
		if LookupWord(k) == nil && !slices.Contains(within, k) {
			t.Errorf("keyword %s is not documented", k)
		}
	}
}
