package main

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// refuseRoot keeps root from working in the folder of a service's user: what root makes there the service cannot write any
// more. Where the folder is not there yet, the one that it would be made in counts. A user without a name is that of another
// machine, as in a container, and means nothing.
func refuseRoot(folder string, uid int) error {
	if uid != 0 {
		return nil
	}
	info, err := os.Stat(folder)
	if errors.Is(err, fs.ErrNotExist) {
		info, err = os.Stat(filepath.Dir(folder))
	}
	if err != nil {
		return nil // opening it tells what is wrong
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid == 0 {
		return nil
	}
	if u, err := user.LookupId(strconv.FormatUint(uint64(owner.Uid), 10)); err == nil {
		return usage("%s belongs to the user %s, who could not write any more what root makes there: run `sudo -u %s seuranta …`", folder, u.Username, u.Username)
	}
	return nil
}
