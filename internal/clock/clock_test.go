package clock

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

var start = time.Unix(1500000000, 0)

func TestVirtualCallsInOrderOfTime(t *testing.T) {
	v := NewVirtual(start)
	var got []string
	note := func(s string) func() {
		return func() { got = append(got, fmt.Sprintf("%s@%v", s, v.Now().Sub(start))) }
	}
	v.AfterFunc(2*time.Second, note("b"))
	v.AfterFunc(time.Second, note("a"))
	v.AfterFunc(2*time.Second, note("c"))
	stopped := v.AfterFunc(time.Second, note("stopped"))
	v.AfterFunc(time.Second, func() { v.AfterFunc(0, note("nested")) })
	if !stopped.Stop() || stopped.Stop() {
		t.Error("Stop must tell the first time only that it prevented the call")
	}
	v.Advance(1500 * time.Millisecond)
	v.Advance(time.Second)
	want := []string{"a@1s", "nested@1s", "b@2s", "c@2s"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if d := v.Now().Sub(start); d != 2500*time.Millisecond {
		t.Errorf("clock moved by %v", d)
	}
}

func TestIdleMovesOnlyAutoClocks(t *testing.T) {
	at := start.Add(time.Minute)
	if v := NewVirtual(start); v.Idle(at) || !v.Now().Equal(start) {
		t.Error("a plain virtual clock moved by itself")
	}
	if v := NewAuto(start); !v.Idle(at) || !v.Now().Equal(at) {
		t.Error("an auto clock did not move")
	}
}
