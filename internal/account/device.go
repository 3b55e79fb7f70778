package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// DeviceToken is for a browser to keep after a sign-in. Failed sign-ins from
// elsewhere slow down a name, but not a browser with this token, so that
// strangers can't lock the owner out. It ends with the password and signs nobody
// in.
func (u *User) DeviceToken() string {
	mac := hmac.New(sha256.New, []byte(u.PasswordHash))
	mac.Write([]byte("querent device of " + u.ID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// KnowsDevice reports whether the user of that name signed in where token was
// kept.
func (s *Service) KnowsDevice(ctx context.Context, name, token string) bool {
	if token == "" {
		return false
	}
	u, err := s.store.UserByName(ctx, name)
	return err == nil && u.PasswordHash != "" && hmac.Equal([]byte(u.DeviceToken()), []byte(token))
}
