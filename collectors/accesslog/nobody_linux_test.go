package accesslog

import "syscall"

// becomeNobody lets the thread read files as a user without any right.
func becomeNobody() { _, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, 65534, 0, 0) }
