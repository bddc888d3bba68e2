//go:build linux && amd64

package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// socketFile is where the process that has the engine offers it to others.
const socketFile = "seuranta.sock"

// doorstep is the data folder as a place to find sockets in. They are bound and dialled
// through its descriptor, because the path of a socket has room for 107 bytes only.
type doorstep struct{ dir *os.File }

func openDoorstep(folder string) (doorstep, error) {
	dir, err := os.OpenFile(folder, unix.O_PATH|unix.O_DIRECTORY, 0)
	return doorstep{dir}, err
}

func (d doorstep) Close() error { return d.dir.Close() }

// with calls f with the path of a file of the folder and with the folder's descriptor,
// both good until f returns.
func (d doorstep) with(name string, f func(path string, dir int) error) error {
	raw, err := d.dir.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = f(fmt.Sprintf("/proc/self/fd/%d/%s", fd, name), int(fd)) })
	return errors.Join(err, failed)
}

// file tells files of one moment apart.
type file struct{ device, number uint64 }

// is reports whether a file of the folder is this one.
func (d doorstep) is(name string, this file) (same bool) {
	_ = d.with(name, func(_ string, dir int) error {
		found, err := fileOf(dir, name)
		same = err == nil && found == this
		return err
	})
	return same
}

func fileOf(dir int, name string) (file, error) {
	var about unix.Stat_t
	err := unix.Fstatat(dir, name, &about, unix.AT_SYMLINK_NOFOLLOW)
	return file{about.Dev, about.Ino}, err
}

// listen makes the socket, in the place of one that a killed process left. Nobody but this
// user can open it, from the moment on that it exists.
func (d doorstep) listen(ctx context.Context) (made *net.UnixListener, socket file, err error) {
	var listener net.Listener
	making := fmt.Sprintf("%s.%d", socketFile, os.Getpid())
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) { failed = unix.Fchmod(int(fd), 0o600) }) // what bind gives to the file
		return errors.Join(err, failed)
	}}
	err = d.with(making, func(path string, dir int) (err error) {
		_ = unix.Unlinkat(dir, making, 0) // a killed process had the same number
		if listener, err = config.Listen(ctx, "unix", path); err != nil {
			return err
		}
		listener.(*net.UnixListener).SetUnlinkOnClose(false)
		if socket, err = fileOf(dir, making); err == nil {
			err = replace(dir, making)
		}
		if err != nil {
			_ = unix.Unlinkat(dir, making, 0)
			_ = listener.Close()
		}
		return err
	})
	if err != nil {
		return nil, socket, err
	}
	return listener.(*net.UnixListener), socket, nil
}

// replace gives a socket its name, instead of whatever has it but a folder that holds something.
func replace(dir int, making string) error {
	err := unix.Renameat(dir, making, dir, socketFile)
	if errors.Is(err, unix.EISDIR) && unix.Unlinkat(dir, socketFile, unix.AT_REMOVEDIR) == nil {
		err = unix.Renameat(dir, making, dir, socketFile)
	}
	return err
}

// remove removes the socket. Only whoever has the folder may do so.
func (d doorstep) remove() {
	_ = d.with(socketFile, func(_ string, dir int) error { return unix.Unlinkat(dir, socketFile, 0) })
}

// dial connects to the process that has the engine and gives its number.
func (d doorstep) dial(ctx context.Context) (conn *net.UnixConn, process int, err error) {
	err = d.with(socketFile, func(path string, _ int) error {
		c, err := new(net.Dialer).DialContext(ctx, "unix", path)
		if err == nil {
			conn = c.(*net.UnixConn)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	other, err := peer(conn)
	if err == nil && int(other.Uid) != os.Geteuid() {
		err = otherUser{process: int(other.Pid), user: int(other.Uid)}
	}
	if err != nil {
		conn.Close()
		return nil, 0, err
	}
	return conn, int(other.Pid), nil
}

// otherUser is the error of a folder that a process of another user has.
type otherUser struct{ process, user int }

func (o otherUser) Error() string {
	return fmt.Sprintf("process %d of user %d works on it; run the command as that user", o.process, o.user)
}

// peer tells who is at the other end of a connection.
func peer(c *net.UnixConn) (who *unix.Ucred, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { who, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) })
	return who, errors.Join(err, failed)
}

// ours lets in the processes of this user only.
type ours struct{ *net.UnixListener }

func (l ours) Accept() (net.Conn, error) {
	for {
		c, err := l.AcceptUnix()
		if err != nil {
			return nil, err
		}
		if who, err := peer(c); err == nil && int(who.Uid) == os.Geteuid() {
			return c, nil
		}
		c.Close()
	}
}
