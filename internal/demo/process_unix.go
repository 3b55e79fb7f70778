//go:build unix && !linux

package demo

import "syscall"

// attributes are a server's: its own process group, so that Ctrl-C reaches
// only us. This system can't end it when we are killed; the next start then
// finds the directory in use.
func attributes(who *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who, Setpgid: true}
}
