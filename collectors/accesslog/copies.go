package accesslog

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
)

// dropCopies drops every log whose content is the beginning of another's: the plain and the packed file of one
// generation side by side, a log that was copied away, an empty file. Two logs are compared byte for byte as far as they
// agree, and only when they begin alike.
func (s *logSet) dropCopies(m *meter) error {
	slices.SortStableFunc(s.files, func(a, b *logFile) int {
		return cmp.Or(cmp.Compare(plainFirst(a), plainFirst(b)), cmp.Compare(b.info.Size(), a.info.Size()))
	})
	kept := map[[keySize]byte][]*logFile{}
	copies := map[*logFile]bool{}
	for _, f := range s.files {
		alike := kept[f.key]
		for i, k := range alike {
			shorter, err := shorterOf(k, f, m)
			if err != nil {
				return err
			}
			if shorter == k {
				alike[i] = f
			}
			if shorter != nil {
				copies[shorter] = true
				break
			}
		}
		if !copies[f] && !slices.Contains(alike, f) {
			kept[f.key] = append(alike, f)
		}
	}
	s.copies += len(copies)
	s.drop(func(f *logFile) bool { return copies[f] })
	return nil
}

func plainFirst(f *logFile) int {
	if f.gz {
		return 1
	}
	return 0
}

// shorterOf returns that one of two logs whose whole content is the beginning of the other's, b when they are equal, and
// nil when they differ. A log that can not be read to its end ends there.
func shorterOf(a, b *logFile, m *meter) (*logFile, error) {
	readA, errA := a.reader(m)
	readB, errB := b.reader(m)
	if errA != nil || errB != nil {
		return nil, m.ctx.Err()
	}
	bufferA, bufferB := make([]byte, longestLine), make([]byte, longestLine)
	for {
		nA, errA := io.ReadFull(readA, bufferA)
		nB, errB := io.ReadFull(readB, bufferB)
		if err := m.ctx.Err(); err != nil {
			return nil, fmt.Errorf("compare %s and %s: %w", shortPath(a.path), shortPath(b.path), err)
		}
		n := min(nA, nB)
		switch {
		case !bytes.Equal(bufferA[:n], bufferB[:n]):
			return nil, nil
		case errB != nil && nB == n:
			return b, nil
		case errA != nil:
			return a, nil
		}
	}
}
