package reporter

import "testing"

func TestSampling(t *testing.T) {
	s := newSampling()
	s.threshold, s.rate, s.duration = 2, 3, 10
	s.always, s.global = []string{"always"}, []string{"global"}
	passed := func(in, name string, now float64, times int) (out []int) {
		for i := range times {
			if s.check(in, name, now) {
				out = append(out, i+1)
			}
		}
		return out
	}
	for _, tt := range []struct {
		what, in, name string
		now            float64
		times, want    int
	}{
		{"threshold and every third", "a", "x", 0, 8, 4},
		{"another scope counts apart", "b", "x", 0, 2, 2},
		{"another name counts apart", "a", "y", 0, 3, 2},
		{"after the duration", "a", "x", 10, 2, 2},
		{"never sampled", "a", "always", 0, 9, 9},
		{"one count for all scopes", "a", "global", 0, 2, 2},
		{"one count for all scopes, continued", "b", "global", 0, 2, 0},
	} {
		if got := passed(tt.in, tt.name, tt.now, tt.times); len(got) != tt.want {
			t.Errorf("%s: passed %v, want %d", tt.what, got, tt.want)
		}
	}
	s.rate = 0
	if got := passed("c", "x", 0, 20); len(got) != 2 {
		t.Errorf("rate 0: passed %v", got)
	}
}

func TestScopesAreBounded(t *testing.T) {
	s := newSampling()
	for i := range maxScopes + 10 {
		s.permit(string(rune(i))+"x", "n", 0)
	}
	if len(s.scopes) > maxScopes || len(s.order) > maxScopes {
		t.Errorf("%d scopes, %d in order", len(s.scopes), len(s.order))
	}
}
