package web

import (
	"math"
	"testing"
)

func TestDigits(t *testing.T) {
	for _, tt := range []struct {
		f    format
		v    any
		want string
	}{
		{format{number: true}, int64(1234567), "1,234,567"},
		{format{number: true}, int64(-999), "-999"},
		{format{number: true}, int64(math.MinInt64), "-9,223,372,036,854,775,808"},
		{format{number: true, decimals: 2}, 1234.5, "1,234.50"},
		{format{number: true, decimals: 1}, -0.5, "-0.5"},
		{format{number: true}, 1e21, "1,000,000,000,000,000,000,000"},
		{format{number: true}, math.Inf(1), "+Inf"},
		{format{number: true, plain: true}, int64(2024), "2024"},
	} {
		n, _ := number(tt.v)
		if got := tt.f.digits(n, tt.v); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.v, got, tt.want)
		}
	}
}
