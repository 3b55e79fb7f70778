package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/web/views"
)

// Wrong passwords in a window, for one name and for one address.
const (
	failWindow   = time.Minute
	failsName    = 10
	failsAddress = 40
)

// guessLimit is how often something may happen under a key in failWindow.
type guessLimit struct {
	key  string
	most int
}

// signInLimits are those that a sign-in counts under. Strangers share the
// limits of a name and of an address. A browser that the user signed in from
// before, or else any browser at an address that they signed in from, has a
// count of its own, so that strangers can't lock them out.
func (s *server) signInLimits(c echo.Context, name string) ([]guessLimit, error) {
	ctx := c.Request().Context()
	if cookie, err := c.Cookie(s.deviceCookie()); err == nil && s.Accounts.KnowsDevice(ctx, name, cookie.Value) {
		return []guessLimit{{"sign-in:device:" + cookie.Value, failsName}}, nil
	}
	address := guessLimit{"sign-in:address:" + network(c.RealIP()), failsAddress}
	from := fromKey(c, name)
	known, err := s.Limiter.Remembers(ctx, from)
	if err != nil || known {
		return []guessLimit{address, {from, failsName}}, err
	}
	return []guessLimit{address, {"sign-in:name:" + strings.ToLower(name), failsName}}, nil
}

// fromKey stands for a name at an address.
func fromKey(c echo.Context, name string) string {
	return "sign-in:from:" + network(c.RealIP()) + " " + strings.ToLower(name)
}

// network is what one person may hold of addresses: with IPv6 a whole /64.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Unmap().Is4() {
		return address
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}

// admit counts an attempt under each limit before it is tried, so that attempts
// made at once can't pass. It says how long to wait where one limit is reached;
// then nothing is counted.
func (s *server) admit(ctx context.Context, limits []guessLimit) (wait time.Duration, err error) {
	for i, l := range limits {
		ok, wait, err := s.Limiter.Allow(ctx, l.key, l.most, failWindow)
		if err != nil {
			return 0, err
		}
		if !ok {
			return max(wait, time.Second), s.takeBack(ctx, limits[:i])
		}
	}
	return 0, nil
}

// takeBack makes an attempt not count.
func (s *server) takeBack(ctx context.Context, limits []guessLimit) (err error) {
	for _, l := range limits {
		err = errors.Join(err, s.Limiter.TakeBack(context.WithoutCancel(ctx), l.key))
	}
	return err
}

// guarded tries a password under limits: only a wrong one counts, and one whose
// sender did not wait for the answer. wait is how long to wait before trying.
func (s *server) guarded(ctx context.Context, limits []guessLimit, try func() error) (wait time.Duration, err error) {
	if wait, err = s.admit(ctx, limits); err != nil || wait > 0 {
		return wait, err
	}
	err = try()
	if !errors.Is(err, account.ErrBadCredentials) && ctx.Err() == nil {
		err = errors.Join(err, s.takeBack(ctx, limits))
	}
	return 0, err
}

// authenticate signs in within the limits. Without the limiter nobody signs in.
func (s *server) authenticate(c echo.Context, name string) (u *account.User, wait time.Duration, err error) {
	ctx := c.Request().Context()
	limits, err := s.signInLimits(c, name)
	if err != nil {
		return nil, 0, noSignIn(err)
	}
	var problem error
	wait, err = s.guarded(ctx, limits, func() error {
		u, problem = s.Accounts.Authenticate(ctx, name, c.FormValue("password"))
		return problem
	})
	switch {
	case problem != nil:
		return nil, 0, problem
	case err != nil:
		return nil, 0, noSignIn(err)
	case wait > 0:
		return nil, wait, nil
	}
	if err := s.Limiter.Remember(ctx, fromKey(c, u.Name), deviceAge); err != nil {
		return nil, 0, noSignIn(err)
	}
	return u, 0, nil
}

func noSignIn(err error) error {
	return &ask.Error{Code: ask.Unavailable, Message: "Signing in is not available now. Try again in a moment.", Err: err}
}

// tooMany says how long to wait, and sets it as a header.
func tooMany(c echo.Context, wait time.Duration) string {
	seconds := int(wait.Seconds()) + 1
	c.Response().Header().Set("Retry-After", strconv.Itoa(seconds))
	return fmt.Sprintf("Too many attempts. Try again in %d seconds.", seconds)
}

const deviceAge = 180 * 24 * time.Hour

func (s *server) deviceCookie() string {
	if s.Secure {
		return "__Host-querent-device"
	}
	return "querent-device"
}

// rememberDevice marks the browser as one that u signed in from.
func (s *server) rememberDevice(c echo.Context, u *account.User) {
	c.SetCookie(&http.Cookie{Name: s.deviceCookie(), Value: u.DeviceToken(), Path: "/", MaxAge: int(deviceAge.Seconds()),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
}

// refusePassword shows the account page again with why the password was not
// changed.
func (s *server) refusePassword(c echo.Context, status int, why string) error {
	return render(c, status, views.AccountPage(s.page(c, "Account", "/account"), user(c).MustChange, why))
}
