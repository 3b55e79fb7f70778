package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// Nobody but a trusted proxy says whom a request comes from.
func TestAddressFrom(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::1/128")}
	for _, tt := range []struct {
		proxies           []netip.Prefix
		from, header, got string
	}{
		{nil, "203.0.113.5:1", "198.51.100.7", "203.0.113.5"},
		{nil, "127.0.0.1:1", "198.51.100.7", "127.0.0.1"},
		{proxies, "203.0.113.5:1", "198.51.100.7", "203.0.113.5"},
		{proxies, "127.0.0.1:1", "198.51.100.7", "127.0.0.1"},
		{proxies, "10.2.0.1:1", "198.51.100.7", "10.2.0.1"},
		{proxies, "10.1.2.3:1", "198.51.100.7", "198.51.100.7"},
		{proxies, "10.1.2.3:1", "192.0.2.1, 198.51.100.7, 10.1.9.9", "198.51.100.7"},
		{proxies, "[fd00::1]:1", "198.51.100.7", "198.51.100.7"},
		{proxies, "10.1.2.3:1", "", "10.1.2.3"},
	} {
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		req.RemoteAddr = tt.from
		if tt.header != "" {
			req.Header.Set("X-Forwarded-For", tt.header)
		}
		if got := addressFrom(tt.proxies)(req); got != tt.got {
			t.Errorf("from %s, forwarded for %q: %s, want %s", tt.from, tt.header, got, tt.got)
		}
	}
}
