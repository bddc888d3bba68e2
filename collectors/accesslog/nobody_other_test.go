//go:build !linux

package accesslog

// becomeNobody is never called here: the test that needs it is skipped as root.
func becomeNobody() {}
