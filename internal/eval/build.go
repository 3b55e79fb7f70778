package eval

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// builder runs the script that builds a database. Scripts are part of a set
// and as trusted as it is.
//
//go:embed build.py
var builder string

// file is the database's file: the set's own, or one built into dir, where it
// is found again as long as script and day are the same.
func (s Source) file(ctx context.Context, dir string, now time.Time) (string, error) {
	if s.Script == "" {
		return s.Path, nil
	}
	script, err := os.ReadFile(s.Script)
	if err != nil {
		return "", err
	}
	moment := now.UTC().Format("2006-01-02T15:04:05")
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", builder, moment, script))
	path := filepath.Join(dir, fmt.Sprintf("%x.sqlite", sum[:16]))
	if exists(path) {
		return path, nil
	}
	made, err := os.MkdirTemp(dir, "build")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(made)
	part := filepath.Join(made, "db.sqlite")
	cmd := exec.CommandContext(ctx, "python3", "-c", builder, s.Script, part, moment)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", s.Script, err, out)
	}
	return path, os.Rename(part, path)
}
