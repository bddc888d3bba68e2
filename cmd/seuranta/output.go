package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"seuranta/internal/config"
)

// spare refuses to write over the configuration in use or into the folder of the store, whatever links lead there.
func spare(cfg *config.Config, path string) error {
	target, err1 := behindLinks(path)
	data, err2 := behindLinks(cfg.Storage.Path)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if sameFile(target, cfg.Path) {
		return usage("--out %s: this is the configuration file in use; name another file", path)
	}
	if cfg.Storage.Path != "" && lies(target, data) {
		return usage("--out %s: this lies in %s, the folder of the store, where nothing else may be; name another place", path, cfg.Storage.Path)
	}
	return nil
}

// servable refuses a folder of pages in which, or around which, something lies that readers of pages must not get.
func servable(cfg *config.Config) error {
	pages, err := behindLinks(cfg.Server.Pages)
	if err != nil {
		return fmt.Errorf("server.pages: look at %s: %w", cfg.Server.Pages, err)
	}
	private := map[string]string{cfg.Path: "the configuration", filepath.Join(cfg.Dir, config.SecretsDir): "the folder of secrets"}
	if cfg.Storage.Path != "" {
		private[cfg.Storage.Path] = "the folder of the store"
	}
	for _, file := range cfg.SecretFiles {
		private[file] = "a secret"
	}
	for _, path := range slices.Sorted(maps.Keys(private)) {
		real, err := behindLinks(path)
		if err != nil {
			return fmt.Errorf("server.pages: look at %s: %w", path, err)
		}
		if lies(real, pages) || lies(pages, real) {
			return fmt.Errorf("server.pages %s: %s, %s, lies there or around it, and everybody on this machine may read what is served; name a folder that holds nothing but the pages, as ./pages",
				cfg.Server.Pages, path, private[path])
		}
	}
	return nil
}

// lies tells whether a path is a folder or lies in it.
func lies(path, folder string) bool {
	within, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(within)
}

func sameFile(a, b string) bool {
	first, err1 := os.Stat(a)
	second, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(first, second)
}

// behindLinks returns the absolute path that path leads to through every link, also where nothing is there yet.
func behindLinks(path string) (string, error) { return follow(path, 40) }

func follow(path string, links int) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		return filepath.Abs(real)
	}
	if !errors.Is(err, fs.ErrNotExist) || links == 0 {
		return "", err
	}
	folder, name := filepath.Split(path)
	if to, err := os.Readlink(path); err == nil {
		if !filepath.IsAbs(to) {
			to = folder + to // as the kernel does: what .. leaves is known only behind the links of the folder
		}
		return follow(to, links-1)
	}
	parent, err := follow(shortened(folder), links)
	return filepath.Join(parent, name), err
}

// shortened is a folder as Split gives it, without the stroke at its end.
func shortened(folder string) string {
	short := strings.TrimRight(folder, string(filepath.Separator))
	switch {
	case folder == "":
		return "."
	case short == "":
		return string(filepath.Separator)
	}
	return short
}

// isOut tells whether path is where standard output goes anyway, as /dev/stdout is.
func (a *app) isOut(path string) bool {
	f, ok := a.out.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false
	}
	out, err1 := f.Stat()
	there, err2 := os.Stat(path)
	return err1 == nil && err2 == nil && os.SameFile(out, there)
}

// writeFile writes b to where path leads. A plain file is there as a whole or stays what it was. Anything else, as a device
// or a pipe, stays in its place, and b is written into it.
func writeFile(ctx context.Context, path string, b []byte) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && (!info.Mode().IsRegular() || isOpened(path)):
		err = writeInto(ctx, path, info.Mode(), b)
	case err == nil:
		err = replace(path, info.Mode().Perm(), b)
	case errors.Is(err, fs.ErrNotExist):
		err = replace(path, 0o644, b)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// isOpened tells whether path names a file by somebody's having it open, as /dev/fd/3 does: another file in its place would
// not be the one that they hold.
func isOpened(path string) bool {
	path, err := filepath.Abs(path)
	return err == nil && (strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/"))
}

// replace writes a file beside the place that path leads to and moves it there.
func replace(path string, mode fs.FileMode, b []byte) error {
	path, err := behindLinks(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(b)
	err = errors.Join(err, temp.Chmod(mode), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}

// writeInto writes into what is there, and gives up when ctx is done: a pipe that nobody reads takes nothing.
func writeInto(ctx context.Context, path string, mode fs.FileMode, b []byte) error {
	f, err := openInto(ctx, path, mode)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = f.Close() })
	_, err = f.Write(b)
	if !stop() {
		return errors.Join(ctx.Err(), err)
	}
	return errors.Join(err, f.Close())
}

// openInto opens what is there for writing. A named pipe must have a reader: it is waited for, until ctx is done.
func openInto(ctx context.Context, path string, mode fs.FileMode) (io.WriteCloser, error) {
	if mode&fs.ModeNamedPipe == 0 {
		return os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	}
	for {
		f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if !errors.Is(err, syscall.ENXIO) {
			return f, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
