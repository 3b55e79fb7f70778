// Promcheck reads alert rules as Prometheus itself does, and then expressions,
// one a line of standard input. It is a module of its own, to keep the program's
// go.mod small:
//
//	go run -C cmd/querent/testdata/promcheck . ../../../../.github/deploy/alerts.yaml </dev/null
package main

import (
	"bufio"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(rules string) error {
	expressions := parser.NewParser(parser.Options{})
	_, faults := rulefmt.ParseFile(rules, false, model.UTF8Validation, expressions, slog.New(slog.DiscardHandler))
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if _, err := expressions.ParseExpr(lines.Text()); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", lines.Text(), err))
		}
	}
	return errors.Join(append(faults, lines.Err())...)
}
