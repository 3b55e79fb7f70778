//go:build !linux

package target

import (
	"io/fs"
	"os"
	"syscall"
	"time"
)

// self is the path that runs this binary again.
func self() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// attributes are the default ones: a worker ends when its input does.
func attributes() *syscall.SysProcAttr { return nil }

// confine does nothing here: SQLite's memory limit and the kill at the
// deadline are what bound a worker on this system.
func confine(uint64) {}

// renice does nothing here: queries of all levels weigh the same.
func renice(int, int) {}

// processorTime is not known here: all time counts.
func processorTime(int) time.Duration { return time.Duration(time.Now().UnixNano()) }

// inode is not known here; time and size tell files apart.
func inode(fs.FileInfo) uint64 { return 0 }
