package redis

import (
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
)

func sessionData(t testing.TB) []byte {
	t.Helper()
	data, err := scs.GobCodec{}.Encode(time.Now().Add(time.Hour), map[string]any{"user": "u1", "epoch": int64(3)})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		s := c.Sessions()
		data := sessionData(t)
		if err := s.Commit("token", data, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		got, found, err := s.Find("token")
		if err != nil || !found || string(got) != string(data) {
			t.Fatalf("Find: %q, %t, %v", got, found, err)
		}
		if err := s.Delete("token"); err != nil {
			t.Fatal(err)
		}
		if _, found, err := s.Find("token"); found || err != nil {
			t.Fatalf("after Delete: %t, %v", found, err)
		}
		if err := s.Commit("brief", data, time.Now().Add(150*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		eventually(t, 3*time.Second, "the session expires", func() bool {
			_, found, err := s.Find("brief")
			return !found && err == nil
		})
	})
}

func TestDamagedSessionIsSignedOut(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		ctx := t.Context()
		key := prefix + "session:token"
		good := sessionData(t)
		damages := map[string]func() error{
			"garbage":       func() error { return c.rdb.Set(ctx, key, "\x00\xffgarbage", 0).Err() },
			"empty":         func() error { return c.rdb.Set(ctx, key, "", 0).Err() },
			"cut off":       func() error { return c.rdb.Set(ctx, key, good[:len(good)-5], 0).Err() },
			"another type":  func() error { return c.rdb.RPush(ctx, key, "a", "b").Err() },
			"huge length":   func() error { return c.rdb.Set(ctx, key, "\xf8\x7f\xff\xff\xff\xff\xff\xff\xff", 0).Err() },
			"JSON, not gob": func() error { return c.rdb.Set(ctx, key, `{"user":"admin"}`, 0).Err() },
		}
		for name, damage := range damages {
			if err := damage(); err != nil {
				t.Fatal(err)
			}
			if data, found, err := c.Sessions().Find("token"); found || err != nil {
				t.Errorf("%s: %q, %t, %v", name, data, found, err)
			}
			if n := c.rdb.Exists(ctx, key).Val(); n != 0 {
				t.Errorf("%s: the damaged session is still there", name)
			}
		}
	})
}
