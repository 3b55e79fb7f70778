// Command weights learns how sure the built-in reader's readings are and
// writes it for internal/semparse/rank to embed:
//
//	go run ./internal/semparse/train/weights --shared ../shared/eval
//
// It takes a few minutes; two runs write the same bytes.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"path/filepath"
	"runtime"

	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/semparse"
	"github.com/querent/querent/internal/semparse/train"
	"github.com/querent/querent/internal/target"
)

func main() {
	target.MaybeWorker()
	shared := flag.String("shared", "../shared/eval", "`directory` that holds the question sets")
	out := flag.String("out", "internal/semparse/rank/weights.json", "`file` to write")
	rows := flag.String("rows", "", "`file` that keeps what was collected; read instead of collecting where it exists")
	flag.Parse()
	if err := run(context.Background(), *shared, *out, *rows); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, shared, out, kept string) error {
	rows, err := train.Load(kept)
	if err != nil {
		return err
	}
	if rows == nil {
		if rows, err = collect(ctx, shared); err != nil {
			return err
		}
		if err := train.Save(kept, rows); err != nil {
			return err
		}
	}
	model, report := train.Learn(rows)
	report.Print(os.Stdout)
	return model.Save(out)
}

func collect(ctx context.Context, shared string) ([]train.Row, error) {
	words, err := embed.New()
	if err != nil {
		return nil, err
	}
	p, err := semparse.NewUnlearned(semparse.Options{Words: words})
	if err != nil {
		return nil, err
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(caches, "querent", "eval")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	sources, err := train.Sources(shared)
	if err != nil {
		return nil, err
	}
	var rows []train.Row
	for _, s := range sources {
		more, err := train.Collect(ctx, p, s, dir, runtime.NumCPU())
		if err != nil {
			return nil, err
		}
		log.Printf("%s: %d readings", s.Name, len(more))
		rows = append(rows, more...)
	}
	return rows, nil
}
