package target

import (
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// addressSpace is what a worker may map beyond what the Go runtime reserves
// at start (over 1 GB, nearly all of it never touched): SQLite's memory,
// the answer, and room for the collector.
const addressSpace = 768 << 20

// self is the path that runs this binary again, even when the file has been
// replaced by an upgrade.
func self() string { return "/proc/self/exe" }

// attributes make a worker end with its parent, and keep Ctrl-C from reaching
// it before the parent has shut down.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// confine lowers this process's priority and bounds its address space. Linux
// keeps priority per thread; later threads inherit it. Both are belts: where
// the system refuses, the time limit and SQLite's memory limit still hold.
func confine() {
	tasks, _ := os.ReadDir("/proc/self/task")
	for _, t := range tasks {
		if tid, err := strconv.Atoi(t.Name()); err == nil {
			_ = syscall.Setpriority(syscall.PRIO_PROCESS, tid, firstNice)
		}
	}
	if now := mapped(); now > 0 {
		limit := now + addressSpace
		_ = syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit})
	}
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{}) // no file can grow
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}

// renice sets the niceness of all threads of a worker, whose process group is
// its own. Where the system refuses, it stays as it was.
func renice(pid, nice int) { _ = syscall.Setpriority(syscall.PRIO_PGRP, pid, nice) }

// mapped is the process's address space in bytes; 0 when unknown.
func mapped() uint64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), " ")
	pages, err := strconv.ParseUint(first, 10, 64)
	if err != nil {
		return 0
	}
	return pages * uint64(os.Getpagesize())
}

func inode(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ino
	}
	return 0
}
