package demo

import "syscall"

// attributes are a server's: its own process group, so that Ctrl-C reaches
// only us, and a fast shutdown when we die.
func attributes(who *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who, Setpgid: true, Pdeathsig: syscall.SIGINT}
}
