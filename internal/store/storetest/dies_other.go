//go:build !linux

package storetest

import "syscall"

// diesWithUs asks for nothing: only Linux ends a child with its parent.
func diesWithUs() *syscall.SysProcAttr { return nil }
