package store

import (
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/brogo/brogo/net/wire"
)

var update = flag.Bool("update", false, "write the vectors anew")

const vectorFile = "../../testdata/wire/stores.txt"

// The bytes of every message and operation of a store, as the two sides write them.
func TestVectors(t *testing.T) {
	now := time.Unix(1000, 0)
	out := map[string][]byte{}
	var order []string
	note := func(name string, outs []Out) []byte {
		if len(outs) != 1 {
			t.Fatalf("%s is %d frames", name, len(outs))
		}
		out[name] = outs[0].Frame
		order = append(order, name)
		_, payload, err := wire.ParseStore(outs[0].Frame[4:], &wire.Interner{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return payload
	}
	backend, _ := memory()
	m, err := NewMaster("st", "master-node", backend, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := NewClone(now, "st", "clone-node", "clone-node/1", CloneConfig{}, nil)
	note("ask", c.take())
	c.Handle(now, "master-node", note("announce", m.take()))
	if _, err := m.Apply(now, Op{Code: OpPut, Key: wire.String("k"), Value: wire.Count(1)}, "master-node"); err != nil {
		t.Fatal(err)
	}
	m.Handle(now, "clone-node", note("attach", c.take()))
	c.Handle(now, "master-node", note("snapshot", m.take()))
	k, v := wire.String("k"), wire.Count(2)
	for _, o := range []struct {
		name string
		op   Op
	}{
		{"put", Op{Code: OpPut, Key: k, Value: v, Expiry: time.Minute}},
		{"put-none", Op{Code: OpPut, Key: k, Value: wire.None{}}},
		{"erase", Op{Code: OpErase, Key: k}},
		{"increment", Op{Code: OpIncrement, Key: k, Value: v}},
		{"decrement", Op{Code: OpDecrement, Key: k, Value: v}},
		{"append", Op{Code: OpAppend, Key: wire.String("s"), Value: wire.String("text")}},
		{"insert-into-set", Op{Code: OpInsertSet, Key: wire.String("set"), Value: v}},
		{"insert-into-table", Op{Code: OpInsertTable, Key: wire.String("table"), Value: v, Index: wire.String("at")}},
		{"remove-from", Op{Code: OpRemoveFrom, Key: wire.String("set"), Index: v}},
		{"push", Op{Code: OpPush, Key: wire.String("vector"), Value: v}},
		{"pop", Op{Code: OpPop, Key: wire.String("vector")}},
		{"clear", Op{Code: OpClear}},
	} {
		if err := c.Update(now, o.op, nil); err != nil {
			t.Fatalf("%s: %v", o.name, err)
		}
		m.Handle(now, "clone-node", note("update-"+o.name, c.take()))
		outs := m.take()
		if o.name == "put" {
			note("delta", outs[:1])
			note("ack", outs[1:])
		}
		for _, f := range outs {
			_, payload, _ := wire.ParseStore(f.Frame[4:], &wire.Interner{})
			c.Handle(now, "master-node", payload)
		}
	}
	answered := false
	c.Update(now, Op{Code: OpPutUnique, Key: k, Value: v}, func(ok bool, err *Error) { answered = ok && err == nil })
	m.Handle(now, "clone-node", note("update-put-unique", c.take()))
	for _, f := range m.take() {
		_, payload, _ := wire.ParseStore(f.Frame[4:], &wire.Interner{})
		if r := wire.NewReader(payload); r.Vector() == 3 && r.Count() == msgAnswer {
			note("answer", []Out{f})
		}
		c.Handle(now, "master-node", payload)
	}
	if !answered || len(c.pending) > 0 {
		t.Errorf("answered: %v, %d writes are not confirmed", answered, len(c.pending))
	}
	m.Apply(now, Op{Code: OpExpire, Key: k}, "master-node")
	note("delta-expire", m.take())
	m.close()
	note("gone", m.take())

	var text strings.Builder
	text.WriteString("# The messages of stores: name, bytes, meaning in CBOR's diagnostic notation (after the four bytes of length)\n")
	for _, name := range order {
		meaning, err := cbor.Diagnose(out[name][4:])
		if err != nil {
			t.Errorf("%s: not CBOR: %v", name, err)
		}
		fmt.Fprintf(&text, "%s\t%s\t%s\n", name, hex.EncodeToString(out[name]), meaning)
	}
	if *update {
		if err := os.WriteFile(vectorFile, []byte(text.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	if text.String() != string(want) {
		t.Errorf("the wire format changed:\n%s", text.String())
	}
}
