package daemon

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// RotatingFile is a log file that is renamed to .1, .2, … when it has grown to its limit. Its limit is counted in the
// kilobytes of --maxlogsize, for which the known rotation libraries are too coarse.
type RotatingFile struct {
	path    string
	limit   int64
	backups int

	mtx  sync.Mutex // guards the fields below
	file *os.File
	size int64
}

// OpenRotating opens the log file for appending, making its folder where needed. limit is in bytes, 0 for none;
// backups is how many old files are kept.
func OpenRotating(path string, limit int64, backups int) (*RotatingFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("making the folder of the log: %w", err)
	}
	r := &RotatingFile{path: path, limit: limit, backups: backups}
	if err := r.open(); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *RotatingFile) open() error {
	f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640)
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return fmt.Errorf("opening the log: %w", err)
	}
	r.file, r.size = f, info.Size()
	return nil
}

// Write appends one line, rotating first when it would not fit. When rotating fails the line goes to the old file: a
// full folder must not silence the log.
func (r *RotatingFile) Write(line []byte) (int, error) {
	r.mtx.Lock()
	defer r.mtx.Unlock()
	if r.limit > 0 && r.size > 0 && r.size+int64(len(line)) > r.limit {
		if err := r.rotate(); err != nil && r.file == nil {
			return 0, err
		}
	}
	n, err := r.file.Write(line)
	r.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("writing the log: %w", err)
	}
	return n, nil
}

func (r *RotatingFile) rotate() error {
	for i := r.backups; i > 0; i-- {
		from := r.path
		if i > 1 {
			from = r.backup(i - 1)
		}
		if err := os.Rename(from, r.backup(i)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("rotating the log: %w", err)
		}
	}
	if r.backups == 0 {
		if err := os.Remove(r.path); err != nil {
			return fmt.Errorf("rotating the log: %w", err)
		}
	}
	old := r.file
	if err := r.open(); err != nil {
		return err
	}
	if err := old.Close(); err != nil {
		return fmt.Errorf("closing the rotated log: %w", err)
	}
	return nil
}

func (r *RotatingFile) backup(i int) string { return r.path + "." + strconv.Itoa(i) }

// Close closes the file.
func (r *RotatingFile) Close() error {
	r.mtx.Lock()
	defer r.mtx.Unlock()
	if err := r.file.Close(); err != nil {
		return fmt.Errorf("closing the log: %w", err)
	}
	return nil
}
