package brogo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

// A client that says much at once, and that gets what a script says last; nothing is left of the two after Close.
func TestWebSocketLastWords(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	heard := &portWriter{port: make(chan string, 1)}
	listening := heard.port
	e, err := New(Config{Dialect: "zeek", Bare: true, Stdout: heard, Stderr: io.Discard, NoUnusedWarnings: true, Code: []string{`
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;
global said: event(n: count);
event said(n: count)
	{
	print "said", n;
	if ( n == 2000 )
		terminate();
	}
event zeek_init()
	{
	print Broker::listen_websocket("127.0.0.1", 0/tcp);
	Broker::subscribe("/server");
	}
event zeek_done()
	{ Broker::publish("/client", said, 1); }`}})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Load() != 0 {
		t.Fatal("the script does not load")
	}
	code := make(chan int, 1)
	go func() { code <- e.Run(context.Background()) }()
	port, _, _ := strings.Cut(<-listening, "/")

	ctx := context.Background()
	c, _, err := websocket.Dial(ctx, "ws://127.0.0.1:"+port+"/v1/messages/json", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	texts := []string{`["/client"]`}
	for i := 1; i <= 2000; i++ {
		texts = append(texts, fmt.Sprintf(`{"topic":"/server","@data-type":"vector","data":[{"@data-type":"count","data":1},{"@data-type":"count","data":1},`+
			`{"@data-type":"vector","data":[{"@data-type":"string","data":"said"},{"@data-type":"vector","data":[{"@data-type":"count","data":%d}]}]}]}`, i))
	}
	for _, text := range texts {
		if err := c.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for err == nil {
		var text []byte
		if _, text, err = c.Read(ctx); err == nil {
			got = append(got, string(text))
		}
	}
	var end websocket.CloseError
	if !errors.As(err, &end) || end.Code != websocket.StatusGoingAway {
		t.Errorf("the connection ended with %v", err)
	}
	if len(got) != 2 || !strings.Contains(got[0], `"ack"`) || !strings.Contains(got[1], `"said"`) {
		t.Errorf("the client got %q", got)
	}
	if n := <-code; n != 0 {
		t.Errorf("exit status %d", n)
	}
	if n := strings.Count(heard.String(), "said, "); n != 2000 {
		t.Errorf("%d of 2000 events arrived", n)
	}
}
