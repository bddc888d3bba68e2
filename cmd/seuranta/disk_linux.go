package main

import (
	"golang.org/x/sys/unix"

	"seuranta/internal/alarm"
)

// diskOf returns how full the disk is that a folder lies on; nil where there is no folder, as the store is on a server.
func diskOf(folder string) *alarm.Disk {
	var disk unix.Statfs_t
	if folder == "" || unix.Statfs(folder, &disk) != nil {
		return nil
	}
	return &alarm.Disk{Free: disk.Bavail * uint64(disk.Bsize), Total: disk.Blocks * uint64(disk.Bsize)}
}
