package redis

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/job"
)

// runExports makes exports on a replica until stop or the test's end.
func runExports(t testing.TB, c *Client, write exportWriter) (x *Exports, stop func()) {
	t.Helper()
	x = c.Exports(write, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); x.Run(ctx) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return x, stop
}

// request asks for the export of a question of ann's.
func request(t testing.TB, x *Exports, question string) {
	t.Helper()
	if err := x.Request(t.Context(), job.Export{QuestionID: question, Question: "all of " + question, UserID: "1", User: "ann"}); err != nil {
		t.Fatal(err)
	}
}

// find is a question's export; the zero one for none.
func find(t testing.TB, x *Exports, question string) job.Export {
	t.Helper()
	e, err := x.Find(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	if e == nil {
		return job.Export{}
	}
	return *e
}

func becomes(t testing.TB, x *Exports, question string, state job.State) job.Export {
	t.Helper()
	eventually(t, 10*time.Second, fmt.Sprintf("%s is %q", question, state), func() bool { return find(t, x, question).State == state })
	return find(t, x, question)
}

func content(t testing.TB, x *Exports, question string) string {
	t.Helper()
	r, err := x.Open(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// keysOf is how many keys belong to a question's export.
func keysOf(t testing.TB, c *Client, question string) int {
	t.Helper()
	keys, err := c.rdb.Keys(t.Context(), exportKey(question)+"*").Result()
	if err != nil {
		t.Fatal(err)
	}
	return len(keys)
}

func written(f job.File, data []byte, rows int) error {
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Progress(rows)
}

func TestExportIsMadeOnceAndKept(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		data := make([]byte, 3*pieceSize+17)
		_, _ = rand.Read(data)
		var runs atomic.Int32
		write := func(_ context.Context, question string, f job.File) (job.Cut, error) {
			runs.Add(1)
			if question != "q" {
				return job.Whole, errors.New("another question")
			}
			for rest := data; len(rest) > 0; rest = rest[min(1000, len(rest)):] {
				if err := written(f, rest[:min(1000, len(rest))], len(data)-len(rest)); err != nil {
					return job.Whole, err
				}
			}
			return job.AtRows, nil
		}
		x, _ := runExports(t, c, write)
		y, _ := runExports(t, another(t, c), write)
		for range 3 {
			request(t, x, "q")
			request(t, y, "q")
		}
		e := becomes(t, x, "q", job.Ready)
		request(t, y, "q")
		if again := becomes(t, y, "q", job.Ready); again != e || runs.Load() != 1 {
			t.Errorf("%d runs; %+v became %+v", runs.Load(), e, again)
		}
		if e.Bytes != len(data) || e.Rows == 0 || e.Cut != job.AtRows || e.User != "ann" || e.UserID != "1" || e.Question != "all of q" || e.Problem != "" || e.Pending() {
			t.Errorf("%+v", e)
		}
		if left := time.Until(e.Expires); left > job.ExportKept || left < job.ExportKept-time.Minute {
			t.Errorf("expires in %s", left)
		}
		if content(t, y, "q") != string(data) {
			t.Error("the file is another than was written")
		}
		keys, err := c.rdb.Keys(t.Context(), exportKey("q")+"*").Result()
		if err != nil || len(keys) != 2 {
			t.Fatal(keys, err)
		}
		for _, key := range keys {
			if ttl := c.rdb.TTL(t.Context(), key).Val(); ttl <= 0 || ttl > job.ExportKept {
				t.Errorf("%s goes in %s", key, ttl)
			}
		}
		if err := errors.Join(x.Delete(t.Context(), "q"), y.Delete(t.Context(), "q")); err != nil || keysOf(t, c, "q") != 0 {
			t.Errorf("deleted: %v, %d keys left", err, keysOf(t, c, "q"))
		}
		if _, err := x.Open(t.Context(), "q"); ask.CodeOf(err) != ask.NotFound {
			t.Errorf("opened a deleted one: %v", err)
		}
		request(t, x, "q")
		if becomes(t, x, "q", job.Ready); runs.Load() != 2 {
			t.Errorf("%d runs", runs.Load())
		}
	})
}

func TestFailedExports(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		var runs atomic.Int32
		busy := &ask.Error{Code: ask.Busy, Message: "The database is locked.", Err: errors.New("/srv/secret.db")}
		x, _ := runExports(t, c, func(_ context.Context, question string, f job.File) (job.Cut, error) {
			runs.Add(1)
			if err := written(f, make([]byte, 2*pieceSize), 5); err != nil {
				return job.Whole, err
			}
			if question == "wrong" {
				return job.Whole, &ask.Error{Code: ask.Invalid, Message: "No such column."}
			}
			return job.Whole, busy
		})
		request(t, x, "wrong")
		if e := becomes(t, x, "wrong", job.Failed); e.Problem != "No such column." || keysOf(t, c, "wrong") != 1 || runs.Load() != 1 {
			t.Errorf("%+v after %d runs, %d keys", e, runs.Load(), keysOf(t, c, "wrong"))
		}
		request(t, x, "wrong")
		eventually(t, 5*time.Second, "a failed one is made again", func() bool { return runs.Load() == 2 })

		request(t, x, "busy")
		for try := 1; try < job.ExportTries; try++ {
			eventually(t, 10*time.Second, fmt.Sprint("failure ", try), func() bool { e := find(t, x, "busy"); return e.State == job.Retrying && e.Tries == try })
			if e := find(t, x, "busy"); e.Problem != busy.Message || e.Next.Before(time.Now().Add(-time.Second)) || e.Next.After(time.Now().Add(time.Minute)) {
				t.Errorf("%+v", e)
			}
			k, err := x.find(t.Context(), "busy")
			if err != nil {
				t.Fatal(err)
			}
			if err := x.inspector.RunTask(exportQueue, k.Task); err != nil && !errors.Is(err, asynq.ErrTaskNotFound) {
				t.Fatal(err)
			}
		}
		if e := becomes(t, x, "busy", job.Failed); e.Problem != busy.Message || runs.Load() != 2+job.ExportTries {
			t.Errorf("%+v after %d runs", e, runs.Load())
		}
		list, err := x.List(t.Context())
		if err != nil || len(list) != 2 || list[0].QuestionID != "busy" {
			t.Errorf("listed: %+v, %v", list, err)
		}
	})
}

func TestRetryExportGrowsWithinBounds(t *testing.T) {
	for failures := range 60 {
		if d := retryExport(failures); d <= 0 || d > mostRetry || failures > 10 && d < mostRetry/2 {
			t.Errorf("after %d failures: %v", failures, d)
		}
	}
}

// held is a writer that writes a piece and then waits for its end, but for the
// runs after the first.
func held(started chan<- job.File) exportWriter {
	var runs atomic.Int32
	return func(ctx context.Context, _ string, f job.File) (job.Cut, error) {
		run := runs.Add(1)
		if err := written(f, bytes.Repeat([]byte{byte('0' + run)}, 2*pieceSize), int(run)); err != nil {
			return job.Whole, err
		}
		if run == 1 {
			started <- f
			<-ctx.Done()
			return job.Whole, ctx.Err()
		}
		return job.Whole, nil
	}
}

// A replica that is stopped leaves its export to another at once, which begins
// again; that counts as no failure.
func TestStoppedReplicaLeavesItsExport(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		started := make(chan job.File, 1)
		write := held(started)
		x, stop := runExports(t, c, write)
		request(t, x, "q")
		<-started
		if e := find(t, x, "q"); e.State != job.Running || e.Rows != 1 || e.Bytes == 0 {
			t.Errorf("running: %+v", e)
		}
		if _, err := x.Open(t.Context(), "q"); ask.CodeOf(err) != ask.NotFound {
			t.Errorf("a file under way was opened: %v", err)
		}
		stop()
		if e := find(t, x, "q"); e.State != job.Queued || e.Tries != 0 {
			t.Errorf("stopped: %+v", e)
		}
		y, _ := runExports(t, another(t, c), write)
		if e := becomes(t, y, "q", job.Ready); e.Rows != 2 || content(t, y, "q") != strings.Repeat("2", 2*pieceSize) || keysOf(t, c, "q") != 2 {
			t.Errorf("%+v, %d keys", e, keysOf(t, c, "q"))
		}
	})
}

// A replica that is only thought dead can't write into the file of the one that
// took over. The queue waits for a lease to expire; here a test takes over.
func TestOvertakenReplicaWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		started := make(chan job.File, 1)
		x, _ := runExports(t, c, held(started))
		request(t, x, "q")
		old := <-started
		k, err := x.find(t.Context(), "q")
		if err != nil {
			t.Fatal(err)
		}
		x.write = func(_ context.Context, _ string, f job.File) (job.Cut, error) {
			return job.Whole, written(f, []byte("new"), 3)
		}
		if err := newExportFile(t.Context(), x, "q").make(k.Task, 1); err != nil {
			t.Fatal(err)
		}
		if err := written(old, make([]byte, 2*pieceSize), 9); !errors.Is(err, errUnwanted) {
			t.Errorf("the old one wrote: %v", err)
		}
		if err := newExportFile(t.Context(), x, "q").make(k.Task, 1); !errors.Is(err, errUnwanted) {
			t.Errorf("a ready one was made again: %v", err)
		}
		if e := find(t, x, "q"); e.State != job.Ready || e.Rows != 3 || content(t, x, "q") != "new" {
			t.Errorf("%+v", e)
		}
	})
}

// Servers that die with an export again and again end it.
func TestDeadlyExportIsGivenUp(t *testing.T) {
	x := openMini(t).Exports(func(context.Context, string, job.File) (job.Cut, error) {
		t.Error("tried once more")
		return job.Whole, nil
	}, slog.New(slog.DiscardHandler))
	request(t, x, "q")
	k, err := x.find(t.Context(), "q")
	if err != nil {
		t.Fatal(err)
	}
	if err := newExportFile(t.Context(), x, "q").make(k.Task, job.ExportTries); err == nil || job.TryAgain(err) {
		t.Errorf("%v", err)
	}
}

// What a replica wrote before it died goes by itself.
func TestUnfinishedFileExpires(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		died := errors.New("died")
		x := c.Exports(func(_ context.Context, _ string, f job.File) (job.Cut, error) {
			_, err := f.Write(make([]byte, 2*pieceSize))
			return job.Whole, errors.Join(err, died)
		}, slog.New(slog.DiscardHandler))
		request(t, x, "q")
		k, err := x.find(t.Context(), "q")
		if err != nil {
			t.Fatal(err)
		}
		if err := newExportFile(t.Context(), x, "q").make(k.Task, 0); !errors.Is(err, died) {
			t.Fatal(err)
		}
		if k, err = x.find(t.Context(), "q"); err != nil || k.Bytes == 0 {
			t.Fatalf("%+v, %v", k, err)
		}
		if left := c.rdb.TTL(t.Context(), k.file()).Val(); left <= 0 {
			t.Errorf("it goes in %s", left)
		}
	})
}

func TestDeletedExportEnds(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		started := make(chan job.File, 1)
		x, _ := runExports(t, c, held(started))
		request(t, x, "q")
		f := <-started
		if err := x.Delete(t.Context(), "q"); err != nil {
			t.Fatal(err)
		}
		if err := f.Progress(7); !errors.Is(err, errUnwanted) && !errors.Is(err, context.Canceled) {
			t.Errorf("it goes on: %v", err)
		}
		if e := find(t, x, "q"); e.State != "" || keysOf(t, c, "q") != 0 {
			t.Errorf("%+v, %d keys", e, keysOf(t, c, "q"))
		}
		request(t, x, "q") // at once, while the first may still be ending
		if e := becomes(t, x, "q", job.Ready); e.Rows != 2 || content(t, x, "q") != strings.Repeat("2", 2*pieceSize) {
			t.Errorf("%+v", e)
		}
	})
}

// An emptied server loses exports, one under way, too; they can be made again,
// and are shown like those before.
func TestEmptiedServerLosesExports(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		started := make(chan job.File, 1)
		x, _ := runExports(t, c, held(started))
		request(t, x, "q")
		f := <-started
		if err := c.rdb.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		if err := f.Progress(7); !errors.Is(err, errUnwanted) || keysOf(t, c, "q") != 0 {
			t.Errorf("%v, %d keys", err, keysOf(t, c, "q"))
		}
		if e := find(t, x, "q"); e.State != "" {
			t.Errorf("%+v", e)
		}
		again := make(chan job.File, 1)
		y, _ := runExports(t, another(t, c), held(again))
		request(t, x, "another")
		<-again
		if e := find(t, y, "another"); e.State != job.Running || e.Rows != 1 {
			t.Errorf("after it was emptied: %+v", e)
		}
	})
}

// An export that fails because the server froze is tried again soon after.
func TestFrozenServerDelaysAnExport(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	started, frozen, failed := make(chan bool, 1), make(chan bool), make(chan bool, 1)
	var runs atomic.Int32
	x, _ := runExports(t, open(t, s.url()), func(_ context.Context, _ string, f job.File) (job.Cut, error) {
		if runs.Add(1) > 1 {
			return job.Whole, written(f, []byte("x"), 2)
		}
		started <- true
		<-frozen
		err := f.Progress(1)
		failed <- true
		return job.Whole, err
	})
	request(t, x, "q")
	<-started
	s.signal(t, syscall.SIGSTOP)
	close(frozen)
	<-failed
	time.Sleep(4 * wait) // so that nobody can be told of it
	s.signal(t, syscall.SIGCONT)
	if e := becomes(t, x, "q", job.Ready); e.Rows != 2 || e.Problem != "" || runs.Load() != 2 {
		t.Errorf("%+v after %d runs", e, runs.Load())
	}
}

// Files make room for newer ones: of the same user by number, of all by size.
func TestExportsMakeRoom(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		x, _ := runExports(t, c, func(_ context.Context, _ string, f job.File) (job.Cut, error) {
			return job.Whole, written(f, []byte("x"), 1)
		})
		for i := range exportsOfUser + 1 {
			request(t, x, fmt.Sprint(i))
			becomes(t, x, fmt.Sprint(i), job.Ready)
		}
		if list, err := x.List(t.Context()); err != nil || len(list) != exportsOfUser || find(t, x, "0").State != "" || find(t, x, "1").State != job.Ready {
			t.Errorf("%+v, %v", list, err)
		}
		if err := c.rdb.HSet(t.Context(), exportKey("2"), "bytes", exportsSize-10).Err(); err != nil {
			t.Fatal(err)
		}
		if err := x.makeRoom(t.Context(), 5); err != nil || find(t, x, "1").State != job.Ready {
			t.Errorf("there was room: %v", err)
		}
		if err := x.makeRoom(t.Context(), 15); err != nil || find(t, x, "1").State != "" || find(t, x, "2").State != "" || find(t, x, "3").State != job.Ready {
			t.Errorf("the oldest two should have gone: %v", err)
		}
		if err := c.rdb.HSet(t.Context(), exportKey("3"), "bytes", exportsSize-10).Err(); err != nil {
			t.Fatal(err)
		}
		request(t, x, "new")
		if becomes(t, x, "new", job.Ready); find(t, x, "3").State != "" || find(t, x, "4").State != job.Ready {
			t.Error("writing made no room")
		}
		if err := x.makeRoom(t.Context(), exportsSize+1); ask.CodeOf(err) != ask.Busy {
			t.Errorf("more than all: %v", err)
		}
	})
}

// Exports under way make no room.
func TestManyExportsUnderWay(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		x := c.Exports(nil, slog.New(slog.DiscardHandler)) // it does not run
		for i := range exportsOfUser {
			request(t, x, fmt.Sprint(i))
		}
		if err := x.Request(t.Context(), job.Export{QuestionID: "more", UserID: "1"}); ask.CodeOf(err) != ask.Busy {
			t.Errorf("one more: %v", err)
		}
		if err := x.Request(t.Context(), job.Export{QuestionID: "hers", UserID: "2"}); err != nil || find(t, x, "hers").State != job.Queued {
			t.Errorf("another user's: %v", err)
		}
		if err := x.Delete(t.Context(), "0"); err != nil {
			t.Fatal(err)
		}
		if tasks, err := x.inspector.ListPendingTasks(exportQueue); err != nil || len(tasks) != exportsOfUser {
			t.Errorf("%d tasks wait, %v", len(tasks), err)
		}
	})
}

// What the server dropped or never took is no export, and no end of a file.
func TestDamagedExports(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		x, stop := runExports(t, c, func(_ context.Context, _ string, f job.File) (job.Cut, error) {
			for range 2 {
				if err := written(f, make([]byte, pieceSize), 1); err != nil {
					return job.Whole, err
				}
			}
			return job.Whole, nil
		})
		request(t, x, "q")
		becomes(t, x, "q", job.Ready)
		file, err := x.find(t.Context(), "q")
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Delete(t.Context(), strings.TrimPrefix(file.file(), exportPrefix)); err != nil || find(t, x, "q").State != job.Ready {
			t.Errorf("a file's key taken for a question: %v, %+v", err, find(t, x, "q"))
		}
		r, err := x.Open(t.Context(), "q")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, make([]byte, pieceSize)); err != nil {
			t.Fatal(err)
		}
		k, err := x.find(t.Context(), "q")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.rdb.Del(t.Context(), k.file()).Err(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(r); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a file lost on the way ends with %v", err)
		}
		if e := find(t, x, "q"); e.State != "" || keysOf(t, c, "q") != 0 {
			t.Errorf("a lost file leaves %+v", e)
		}
		stop()

		request(t, x, "q")
		if k, err = x.find(t.Context(), "q"); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(x.inspector.DeleteTask(exportQueue, k.Task), c.rdb.HSet(t.Context(), exportKey("q"), "requested", 0).Err()); err != nil {
			t.Fatal(err)
		}
		if e := find(t, x, "q"); e.State != job.Failed || e.Problem == "" {
			t.Errorf("a lost task: %+v", e)
		}
		request(t, x, "q")
		if e := find(t, x, "q"); e.State != job.Queued {
			t.Errorf("asked for again: %+v", e)
		}
		for _, garbage := range []func(key string) error{
			func(key string) error { return c.rdb.Set(t.Context(), key, "garbage", 0).Err() },
			func(key string) error { return c.rdb.HSet(t.Context(), key, "id", "q", "rows", "many").Err() },
		} {
			if err := errors.Join(c.rdb.Del(t.Context(), exportKey("q")).Err(), garbage(exportKey("q"))); err != nil {
				t.Fatal(err)
			}
			if list, err := x.List(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("garbage became %+v, %v", list, err)
			}
			if err := c.rdb.SAdd(t.Context(), exportIndex, "q").Err(); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.rdb.Set(t.Context(), exportIndex, "garbage", 0).Err(); err != nil {
			t.Fatal(err)
		}
		if list, err := x.List(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("a garbled index became %+v, %v", list, err)
		}
	})
}
