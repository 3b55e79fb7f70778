package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/openai/openai-go/v3"
)

var (
	errRedirect = errors.New("the endpoint redirects")
	errAddress  = errors.New("the address is not allowed")
)

func noRedirect(*http.Request, []*http.Request) error { return errRedirect }

// newTransport reaches the endpoint's host alone, and by no proxy: what a name
// stands for is judged when it is dialled, since it may have changed by then.
func newTransport(base *url.URL, listed bool) http.RoundTripper {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if !listed {
		dialer.Control = func(_, address string, _ syscall.RawConn) error { return public(address) }
	}
	return bounded{&http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if host, _, err := net.SplitHostPort(address); err != nil || !strings.EqualFold(host, base.Hostname()) {
				return nil, fmt.Errorf("%w: not the endpoint's host", errAddress)
			}
			return dialer.DialContext(ctx, network, address)
		},
		ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 5 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}}
}

// sharedSpace is between carriers and their customers: not the public's.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// public refuses addresses of this machine and of private networks.
func public(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", errAddress, err)
	}
	a := at.Addr().Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || sharedSpace.Contains(a) {
		return fmt.Errorf("%w: it is private, and its host is not in QUERENT_LLM_ALLOWED_HOSTS", errAddress)
	}
	return nil
}

// bounded cuts responses off at maxAnswer, errors among them.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, maxAnswer)
	}
	return res, err
}

// whole reads a completion of an endpoint that does not stream.
func whole(body io.Reader) (Reply, error) {
	data, err := io.ReadAll(body)
	if err != nil {
		return Reply{}, err
	}
	var c openai.ChatCompletion
	if err := json.Unmarshal(data, &c); err != nil || len(c.Choices) == 0 {
		return Reply{}, errForm
	}
	if len(c.Choices[0].Message.ToolCalls) > 0 {
		return Reply{}, errToolCall
	}
	return Reply{Text: c.Choices[0].Message.Content, In: c.Usage.PromptTokens, Out: c.Usage.CompletionTokens}, nil
}
