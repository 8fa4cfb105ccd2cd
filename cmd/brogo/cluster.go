package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/brogo/brogo/internal/supervise"
)

// clusterCommand runs clusters on this machine.
func clusterCommand(ctx context.Context, args []string, std stdio) int {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	interrupts, over := make(chan struct{}), make(chan struct{})
	go func() {
		for {
			select {
			case <-signals:
			case <-over:
				return
			}
			select {
			case interrupts <- struct{}{}:
			case <-over:
				return
			}
		}
	}()
	defer func() {
		signal.Stop(signals)
		close(over)
	}()
	return supervise.Main(ctx, args, supervise.IO{Out: std.out, Err: std.err, Env: std.env,
		OutTerminal: isTerminal(std.out), ErrTerminal: isTerminal(std.err), Interrupts: interrupts})
}
