package store

import (
	"context"
	"fmt"
	"time"
)

// configuration is a text with its hash.
type configuration struct {
	hash string
	text []byte
}

// RememberConfig keeps the text of a configuration under its hash, once. When that fails Refresh tries it again.
func (s *Store) RememberConfig(ctx context.Context, hash string, text []byte) error {
	err := s.keepConfig(ctx, configuration{hash, text})
	s.unkept.Store(nil)
	if err != nil {
		s.unkept.Store(&configuration{hash, text})
	}
	return err
}

// keepUnkept keeps the newest configuration, if it could not be kept before and can be now.
func (s *Store) keepUnkept(ctx context.Context) {
	if c := s.unkept.Load(); c != nil && s.keepConfig(ctx, *c) == nil {
		s.unkept.CompareAndSwap(c, nil)
	}
}

func (s *Store) keepConfig(ctx context.Context, c configuration) error {
	var known uint64
	err := s.query(ctx, "store.config_known", func(scan func(...any) error) error { return scan(&known) }, c.hash)
	if err != nil || known > 0 {
		return err
	}
	return s.insert(ctx, "store.insert_configs", 1, func(int) []any { return []any{c.hash, string(c.text), s.opt.Now().UnixMilli()} })
}

// ConfigAt returns the configuration that was in force last before a moment (now, when it is zero): that of the newest run,
// or one that was first seen after it. The hash is empty when there was none, the text when it is not kept.
func (s *Store) ConfigAt(ctx context.Context, asOf time.Time) (hash string, text []byte, err error) {
	var ms int64
	err = s.query(ctx, "store.config_at", func(scan func(...any) error) error { return scan(&hash, &ms) }, before(asOf), before(asOf))
	if err == nil && hash != "" {
		err = s.query(ctx, "store.config_text", func(scan func(...any) error) error { return scan(&text) }, hash)
	}
	if err != nil {
		return "", nil, fmt.Errorf("read the configuration in force: %w", err)
	}
	return hash, text, nil
}
