package target

import (
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// addressSpace is what a worker may map beyond what the Go runtime reserves
// at start (over 1 GB, nearly all of it never touched): SQLite's memory,
// the answer, and room for the collector.
const addressSpace = 768 << 20

// self is the path that runs this binary again, even when the file has been
// replaced by an upgrade.
func self() string { return "/proc/self/exe" }

// attributes make a worker end with its parent, and a session of its own: Ctrl-C
// does not reach it before the parent has shut down, and where the system
// shares processors out by session, it counts as one with a niceness.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// confine lowers this process's priority and bounds its address space and its
// files: those that SQLite sorts in, which have no name and are gone with it. All
// are belts: where the system refuses, the time limit and SQLite's memory limit
// still hold.
func confine(room uint64) {
	renice(os.Getpid(), firstNice)
	if now := mapped(); now > 0 {
		limit := now + addressSpace
		_ = syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit})
	}
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: room, Max: room})
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}

// renice sets the niceness of all threads of a worker, whose process group is
// its own, and of its session. Where the system refuses, it stays as it was.
func renice(pid, nice int) {
	_ = syscall.Setpriority(syscall.PRIO_PGRP, pid, nice)
	_ = os.WriteFile("/proc/"+strconv.Itoa(pid)+"/autogroup", []byte(strconv.Itoa(nice)), 0)
}

// processorTime is what a process has had of processors, to a hundredth of a
// second; 0 when unknown.
func processorTime(pid int) time.Duration {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ") // a name may hold anything
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticks
}

// ticks are the units of a second that Linux shows such times in.
const ticks = 100

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
