package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// probeLimit is for one answer: longer than the server takes to find that it is
// not ready.
const probeLimit = 4 * time.Second

// runHealth asks the server on this machine how it is: for an orchestrator
// whose image holds nothing else to ask with.
func runHealth(ctx context.Context, c call) error {
	fs := flag.NewFlagSet("querent health", flag.ContinueOnError)
	ready := fs.Bool("ready", false, "ask whether it can answer questions, not only whether it runs")
	cfg, err := c.configured(fs)
	if err != nil {
		return err
	}
	path := "/livez"
	if *ready {
		path = "/readyz"
	}
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+local(cfg.Listen)+path, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s: %s", res.Status, strings.TrimSpace(string(said)))
	}
	fmt.Fprint(c.stdout, string(said))
	return nil
}

// local is how this machine reaches a listening address.
func local(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return listen
}
