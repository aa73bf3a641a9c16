package scheduler

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// LongInterval is the interval from which a task's last slot is kept over a
// restart. Shorter tasks go by the alive mark.
const LongInterval = time.Minute

const (
	// pendingLimit bounds what waits for a disk that does not answer; marks
	// beyond it are lost, which costs at most a slot run twice.
	pendingLimit = 4 << 20
	// compactAt is the smallest file that is worth writing anew.
	compactAt = 1 << 20
)

// State is the file that carries slots over a restart; the package comment
// gives its format. A scheduler takes it over with [Options].State.
type State struct {
	path    string
	resumed snapshot // what the file held when it was opened

	mtx     sync.Mutex // guards the fields below
	pending []byte     // encoded marks not yet written
	closing bool
	err     error // the first failure to write

	wake chan struct{} // 1 slot: there is something pending, or closing

	// The fields below belong to the writer.
	file      *os.File
	size      int64 // of the file
	compacted int64 // its size when it was last written anew
}

// OpenState opens or creates the state file at path. It always returns a
// State that can be used: the error is a warning that slots were forgotten
// (the file was damaged) or will be (it cannot be written).
func OpenState(path string) (*State, error) {
	s := &State{path: path, wake: make(chan struct{}, 1)}
	held, warning := readState(path)
	s.resumed = held
	if err := s.rewrite(held); err != nil {
		return s, fmt.Errorf("slots will not be kept over a restart: %w", err)
	}
	if warning != nil {
		return s, fmt.Errorf("slots before the restart are not all known: %w", warning)
	}
	return s, nil
}

// Alive returns when the last process was known to run; false if unknown.
func (s *State) Alive() (time.Time, bool) {
	return time.Unix(0, s.resumed.alive), s.resumed.alive != never
}

// Err returns the first failure to write the file, if any.
func (s *State) Err() error {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	return s.err
}

// resume returns the alive mark and the last slot of g's task, or never. Each
// task resumes once.
func (s *State) resume(g *Gate) (alive, last int64) {
	alive = s.resumed.alive
	if g.interval < int64(LongInterval) {
		if alive == never {
			return never, never
		}
		return alive, g.slotAt(alive)
	}
	m, ok := s.resumed.slots[g.hash]
	if !ok {
		return alive, never
	}
	delete(s.resumed.slots, g.hash)
	if len(s.resumed.slots) == 0 {
		s.resumed.slots = nil // deleting alone gives no memory back
	}
	return alive, m.slot
}

func (s *State) record(m slotMark)    { s.append(m) }
func (s *State) markAlive(wall int64) { s.append(slotMark{slot: wall}) }

func (s *State) append(m slotMark) {
	s.mtx.Lock()
	if len(s.pending) < pendingLimit {
		s.pending = m.appendTo(s.pending)
	}
	s.mtx.Unlock()
	s.rouse()
}

// close makes write end after what is pending.
func (s *State) close() {
	s.mtx.Lock()
	s.closing = true
	s.mtx.Unlock()
	s.rouse()
}

func (s *State) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// write puts marks into the file as they come, until close. Marks that come
// while it writes are the next batch.
func (s *State) write() {
	var batch []byte
	for range s.wake {
		s.mtx.Lock()
		batch, s.pending = s.pending, batch[:0]
		closing := s.closing
		s.mtx.Unlock()
		if err := s.store(batch); err != nil {
			s.fail(err)
		}
		if closing {
			break
		}
	}
	if s.file != nil {
		_ = s.file.Close() // each batch was written out when it was stored
	}
}

func (s *State) fail(err error) {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	if s.err == nil {
		s.err = err
	}
}

// store appends a batch, and writes the file anew when it has grown to four
// times what it was.
func (s *State) store(batch []byte) error {
	if s.file == nil {
		return nil
	}
	// Written by offset, so that the next batch overwrites one that failed.
	if _, err := s.file.WriteAt(batch, s.size); err != nil {
		return fmt.Errorf("appending to the scheduler state: %w", err)
	}
	s.size += int64(len(batch))
	if s.size < max(compactAt, 4*s.compacted) {
		return nil
	}
	held, err := readState(s.path)
	if err != nil {
		return err
	}
	return s.rewrite(held)
}

// rewrite replaces the file by one that holds the given marks alone.
func (s *State) rewrite(held snapshot) error {
	if err := s.replaceFile(held.encode()); err != nil {
		return fmt.Errorf("writing the scheduler state: %w", err)
	}
	return nil
}

func (s *State) replaceFile(content []byte) error {
	tmp, err := os.OpenFile(s.path+".tmp", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = tmp.Write(content); err == nil {
		err = tmp.Sync()
	}
	if err == nil {
		err = os.Rename(tmp.Name(), s.path)
	}
	if err != nil {
		_ = tmp.Close()
		_ = os.Remove(tmp.Name())
		return err
	}
	if s.file != nil {
		_ = s.file.Close() // the file is replaced, whatever became of its last bytes
	}
	s.file, s.size, s.compacted = tmp, int64(len(content)), int64(len(content))
	return nil
}
