//go:build linux && amd64

package embedded

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// leastRoom is what must be free on the disk before a table is made or changed. A table
// takes some kilobytes; the rest is for what the engine writes at the same time.
const leastRoom = 16 << 20

// Room fails when the disk of the folder has too little space to make or change tables.
func (e *Engine) Room() error {
	var disk unix.Statfs_t
	if err := unix.Statfs(e.folder.path, &disk); err != nil {
		return unusable(e.folder.path, err)
	}
	if free := disk.Bavail * uint64(disk.Bsize); free < leastRoom {
		return fmt.Errorf("%w: %d kB are free for the data folder %s, and making tables needs %d kB; nothing was changed: make room and run the command again",
			ErrFull, free>>10, e.folder.path, leastRoom>>10)
	}
	return nil
}
