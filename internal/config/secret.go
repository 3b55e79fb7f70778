package config

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

// Secret is text that no print, log or encoding shows.
type Secret string

const mask = "********"

// Reveal is the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String is a mask of constant length, or empty for no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// Format masks the secret under every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue masks the secret in logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText masks the secret in JSON and its like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// samples are passwords that documentation shows.
var samples = []string{"password", "secure_password", "postgres", "querent", "admin", "secret", "sample", "example"}

// sample reports whether a secret was copied from an example rather than made.
// Those of .env.example all say change-me.
func sample(secret string) bool {
	plain := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(secret))
	if strings.Contains(plain, "changeme") {
		return true
	}
	for _, s := range samples {
		if strings.EqualFold(secret, s) {
			return true
		}
	}
	return false
}

// redacted is a URL with its password masked. It is only for URLs that parse.
func redacted(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return mask
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	u.RawQuery = ""
	return strings.Replace(u.String(), ":xxxxx@", ":"+mask+"@", 1)
}
