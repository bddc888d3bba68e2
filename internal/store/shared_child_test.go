//go:build linux && amd64

package store_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded"
)

// roles are what children do that share a store with others; each speaks in lines on standard output.
var roles = map[string]func(order) error{"commit": commitUntilTheEnd, "once": commitOnce, "later": commitLater, "visit": visitUntilTheEnd, "slow": commitSlowly, "old": beOfAnotherVersion, "forget": forgetInAFolder}

func childOptions(o order) store.Options {
	return store.Options{Path: o.Path, Library: o.Library, Program: "child", Failpoint: func(place string) {
		if place == o.Failpoint {
			fmt.Println("there")
			select {} // until it is killed
		}
	}}
}

func openAndMigrate(o order) (*store.Store, error) {
	s, err := store.Open(context.Background(), childOptions(o))
	if err == nil {
		_, err = s.Migrate(context.Background())
	}
	return s, err
}

// endOfInput is closed when the standard input ends.
func endOfInput() <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	return ended
}

// ownCommit is the n-th commit of a child: to a source of its own, and no shared articles.
func ownCommit(o order, n int) observation.Commit {
	c := crashCommit(o.Seed, n)
	c.Run.ID, c.Run.Source = fmt.Sprintf("run-%d-%06d", o.Seed, n), fmt.Sprint("source-", o.Seed)
	c.Items = c.Items[:1]
	c.Items[0].ID = fmt.Sprintf("%d-%s", o.Seed, c.Items[0].ID)
	return c
}

// commitUntilTheEnd says `open`, and the number of each commit that was acknowledged.
func commitUntilTheEnd(o order) error {
	ended := endOfInput()
	s, err := openAndMigrate(o)
	if err != nil {
		return err
	}
	fmt.Println("open", s.Info().Process)
	for n := o.First; ; n++ {
		if _, err := s.Commit(context.Background(), ownCommit(o, n)); err != nil {
			return err
		}
		fmt.Println(n)
		select {
		case <-ended:
			return s.Close()
		default:
		}
	}
}

// commitOnce waits until the file of the journal is there, so that many start at the same moment.
func commitOnce(o order) error {
	fmt.Println("waiting")
	await(o.Journal)
	s, err := openAndMigrate(o)
	if err != nil {
		return err
	}
	if _, err := s.Commit(context.Background(), ownCommit(o, 0)); err != nil {
		return err
	}
	fmt.Println("committed")
	return s.Close()
}

// commitLater says `open`, and commits when the file of the journal is there.
func commitLater(o order) error {
	s, err := openAndMigrate(o)
	if err != nil {
		return err
	}
	fmt.Println("open", s.Info().Process)
	await(o.Journal)
	_, err = s.Commit(context.Background(), ownCommit(o, 0))
	return err
}

// commitSlowly visits a source and stops in the midst of a commit of it, at the failpoint.
func commitSlowly(o order) error {
	s, err := openAndMigrate(o)
	if err != nil {
		return err
	}
	c := ownCommit(o, 0)
	if _, err := s.Visit(c.Run.Organisation, c.Run.Source); err != nil {
		return err
	}
	_, err = s.Commit(context.Background(), c)
	return err
}

// await waits until a file is there.
func await(path string) {
	for {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// visitUntilTheEnd says `open` when it visits the source loki.
func visitUntilTheEnd(o order) error {
	s, err := openAndMigrate(o)
	if err != nil {
		return err
	}
	release, err := s.Visit("koske", "loki")
	if err != nil {
		return err
	}
	fmt.Println("open", s.Info().Process)
	<-endOfInput()
	release()
	return s.Close()
}

// beOfAnotherVersion runs the engine as a program does that knows one schema less.
func beOfAnotherVersion(o order) error {
	s, err := embedded.OpenShared(context.Background(), embedded.Options{Library: o.Library, Path: filepath.Clean(o.Path), Database: "seuranta", Program: "0.0.1-old", Schema: 1},
		func(ctx context.Context, e *embedded.Engine) error {
			_, err := store.OpenEngine(ctx, e, "seuranta", store.Options{})
			return err
		})
	if err != nil {
		return err
	}
	fmt.Println("open", s.Owner().Process)
	<-endOfInput()
	return s.Close()
}
