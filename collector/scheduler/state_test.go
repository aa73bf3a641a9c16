package scheduler

import (
	"bytes"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// openState opens a state file that must be sound.
func openState(t *testing.T, path string) *State {
	t.Helper()
	s, err := OpenState(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The bytes of the documented format: a file of one slot and one alive mark.
func TestStateFileGolden(t *testing.T) {
	want := stateMagic +
		"\xed\x95\x9d\xe0" + "\x08\x07\x06\x05\x04\x03\x02\x01" + "\x00\x00\x64\xa7\xb3\xb6\xe0\x0d" + "\x00\x58\x47\xf8\x0d\x00\x00\x00" +
		"\x68\xd9\xc4\xc6" + "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\xca\xfe\xe2\xb3\xb6\xe0\x0d" + "\x00\x00\x00\x00\x00\x00\x00\x00"
	held := snapshot{
		alive: 1_000_000_001_000_000_000,
		slots: map[uint64]slotMark{1: {0x0102030405060708, 1_000_000_000_000_000_000, int64(time.Minute)}},
	}
	if got := string(held.encode()); got != want {
		t.Errorf("got\n%s\nwant\n%s", hex.Dump([]byte(got)), hex.Dump([]byte(want)))
	}
}

func TestDamagedStateIsAWarning(t *testing.T) {
	mark := func(hash uint64) []byte {
		return slotMark{hash, int64(hash) * 1000, int64(time.Hour)}.appendTo(nil)
	}
	sound := bytes.Join([][]byte{[]byte(stateMagic), mark(1), mark(2), mark(3), slotMark{slot: 2500}.appendTo(nil)}, nil)
	flip := func(at int) []byte {
		b := bytes.Clone(sound)
		b[at] ^= 0x10
		return b
	}
	tests := []struct {
		name    string
		content []byte
		slots   string // the hashes that survive
		alive   bool
		warning string
	}{
		{"sound", sound, "123", true, ""},
		{"empty", nil, "", false, "not a scheduler state file"},
		{"garbage", []byte(strings.Repeat("garbage", 100)), "", false, "not a scheduler state file"},
		{"other version", append([]byte("zpsched2"), sound[8:]...), "", false, "not a scheduler state file"},
		{"header only", sound[:8], "", false, ""},
		{"cut header", sound[:5], "", false, "not a scheduler state file"},
		{"cut in the last record", sound[:len(sound)-1], "123", false, "cut off after 27 bytes"},
		{"flipped hash", flip(8 + markSize + 5), "13", true, "1 damaged"},
		{"flipped checksum", flip(8), "23", true, "1 damaged"},
		{"zeroed records", append(bytes.Clone(sound), make([]byte, 2*markSize)...), "123", true, "2 damaged"},
		{"slot out of range", append(bytes.Clone(sound), slotMark{9, -5, 1}.appendTo(nil)...), "123", true, "1 damaged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "slots")
			if err := os.WriteFile(path, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := OpenState(path)
			defer func() { _ = s.file.Close() }()
			if (err == nil) != (tt.warning == "") || err != nil && !strings.Contains(err.Error(), tt.warning) {
				t.Errorf("warning %v, want %q", err, tt.warning)
			}
			for hash, digit := range map[uint64]string{1: "1", 2: "2", 3: "3", 9: "9"} {
				if _, ok := s.resumed.slots[hash]; ok != strings.Contains(tt.slots, digit) {
					t.Errorf("slot of %d known: %v", hash, ok)
				}
			}
			if _, ok := s.Alive(); ok != tt.alive {
				t.Errorf("alive mark known: %v", ok)
			}
			again := openState(t, path) // it was written anew
			defer again.file.Close()
			if !maps.Equal(again.resumed.slots, s.resumed.slots) {
				t.Errorf("after writing anew: %v, was %v", again.resumed.slots, s.resumed.slots)
			}
		})
	}
}

func TestStateThatCannotBeWrittenIsAWarning(t *testing.T) {
	s, err := OpenState(filepath.Join(t.TempDir(), "missing", "slots"))
	if err == nil || !strings.Contains(err.Error(), "slots will not be kept") {
		t.Errorf("got %v", err)
	}
	s.markAlive(1)
	s.close()
	s.write() // must neither fail nor hang
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}

func TestStateKeepsTheFirstWriteError(t *testing.T) {
	s := openState(t, filepath.Join(t.TempDir(), "slots"))
	s.file.Close() // as a disk that went away
	s.markAlive(1)
	s.close()
	s.write()
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "appending to the scheduler state") {
		t.Errorf("got %v", err)
	}
}

func TestStateIsWrittenAnewWhenItHasGrown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slots")
	s := openState(t, path)
	ended := make(chan struct{})
	go func() { defer close(ended); s.write() }()
	const day = int64(24 * time.Hour)
	for i := range int64(3 * compactAt / markSize) {
		s.record(slotMark{uint64(i % 10), i, day})
		s.record(slotMark{1000 + uint64(i), i, 1}) // over at once
		for s.waiting() > pendingLimit/2 {         // what the writer cannot take is dropped, which is another test's subject
			runtime.Gosched()
		}
	}
	s.markAlive(day / 2)
	s.close()
	<-ended
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s.compacted == int64(len(stateMagic)) || info.Size() > 7*compactAt {
		t.Errorf("%d bytes, last written anew at %d", info.Size(), s.compacted)
	}
	again := openState(t, path)
	defer again.file.Close()
	for hash := range uint64(10) {
		if m := again.resumed.slots[hash]; m.slot < int64(3*compactAt/markSize)-10 {
			t.Errorf("task %d: slot %d", hash, m.slot)
		}
	}
	if alive, ok := again.Alive(); !ok || alive.UnixNano() != day/2 {
		t.Errorf("alive mark %v, %v", alive, ok)
	}
}

// waiting returns how much is pending.
func (s *State) waiting() int {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	return len(s.pending)
}

func TestStatePendingIsBounded(t *testing.T) {
	s := openState(t, filepath.Join(t.TempDir(), "slots"))
	defer s.file.Close()
	for range pendingLimit/markSize + 100 { // and nobody writes
		s.markAlive(1)
	}
	if len(s.pending) > pendingLimit+markSize {
		t.Errorf("%d bytes pending", len(s.pending))
	}
}

func TestMarkRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := slotMark{
			rapid.Uint64().Draw(t, "hash"),
			rapid.Int64Range(0, 1<<62-1).Draw(t, "slot"),
			rapid.Int64Range(0, int64(MaxInterval)).Draw(t, "interval"),
		}
		if got, ok := decodeMark(m.appendTo(nil)); !ok || got != m {
			t.Fatalf("%+v became %+v, %v", m, got, ok)
		}
	})
}

func FuzzDecodeState(f *testing.F) {
	held := snapshot{alive: 5000, slots: map[uint64]slotMark{1: {1, 4000, int64(time.Minute)}, 2: {2, 1, 1}}}
	f.Add(held.encode())
	f.Add([]byte(stateMagic))
	f.Add([]byte("zpsched1 and then something else, longer than a record"))
	f.Fuzz(func(t *testing.T, content []byte) {
		held, err := decodeState(bytes.NewReader(content))
		if err == nil && (len(content)-len(stateMagic))%markSize != 0 {
			t.Fatalf("%d bytes without a warning", len(content))
		}
		if len(held.slots) > len(content)/markSize {
			t.Fatalf("%d slots out of %d bytes", len(held.slots), len(content))
		}
		again, err := decodeState(bytes.NewReader(held.encode()))
		if err != nil {
			t.Fatalf("what was written anew: %v", err)
		}
		if again.alive != held.alive {
			t.Fatalf("alive mark %d became %d", held.alive, again.alive)
		}
		for hash, m := range held.slots {
			if kept, ok := again.slots[hash]; m.slot+m.interval > held.alive && (!ok || kept != m) {
				t.Fatalf("slot %+v became %+v", m, kept)
			}
		}
	})
}

// TestRestart stops a scheduler after running a task for a while and starts
// another on the same state file.
func TestRestart(t *testing.T) {
	type line = []string
	tests := []struct {
		name          string
		interval, up  time.Duration
		down, more    time.Duration
		delay         time.Duration
		forget        bool // do not resume
		before, after line
	}{
		{"long task within its slot", 5 * time.Minute, 20 * time.Second, 10 * time.Second, 10 * time.Minute, 0, false,
			line{"0 run 0"}, line{"300 run 300", "600 run 600"}},
		{"long task after a slot boundary", 5 * time.Minute, 290 * time.Second, 20 * time.Second, 5 * time.Minute, time.Second, false,
			line{"0 run 0"}, line{"311 run 300", "600 run 600"}},
		{"long task late in the slot", 5 * time.Minute, 290 * time.Second, 250 * time.Second, 10 * time.Minute, time.Second, false,
			line{"0 run 0"}, line{"541 run 300", "900 run 900"}},
		{"long task over many slots", 5 * time.Minute, 20 * time.Second, 1000 * time.Second, 5 * time.Minute, time.Second, false,
			line{"0 run 0"}, line{"1020 miss 300 x2 down", "1021 run 900", "1200 run 1200"}},
		{"short task within its slot", 10 * time.Second, 12 * time.Second, 3 * time.Second, 10 * time.Second, 0, false,
			line{"0 run 0", "10 run 10"}, line{"20 run 20"}},
		{"short task over many slots", 10 * time.Second, 12 * time.Second, 30 * time.Second, 10 * time.Second, 0, false,
			line{"0 run 0", "10 run 10"}, line{"42 run 40", "42 miss 20 x2 down", "50 run 50"}},
		{"delay past the next slot", 10 * time.Second, 12 * time.Second, 3 * time.Second, 20 * time.Second, 6 * time.Second, false,
			line{"0 run 0", "10 run 10"}, line{"21 run 20", "30 run 30"}},
		{"new task", 5 * time.Minute, 20 * time.Second, 10 * time.Second, 10 * time.Second, 0, true,
			line{"0 run 0"}, line{"30 run 0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "slots")
				r := startRig(t, Options{State: openState(t, path)})
				r.add(tt.interval, 0, 0)
				r.sleep(tt.up)
				r.stop()
				r.want(tt.before...)
				r.sleep(tt.down)
				r.restart(Options{State: openState(t, path)})
				r.must(r.Add(Entry{Task: &testTask{}, Interval: tt.interval, StartDelay: &tt.delay, Resume: !tt.forget}))
				r.sleep(tt.more)
				r.stop()
				r.want(tt.after...)
			})
		})
	}
}

// A process that is killed leaves the alive mark of its last second.
func TestRestartAfterAKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		r := startRig(t, Options{State: openState(t, filepath.Join(dir, "slots"))})
		r.add(5*time.Minute, 0, 0)
		r.sleep(3500 * time.Millisecond)
		left, err := os.ReadFile(filepath.Join(dir, "slots"))
		r.must(err)
		r.stop()
		r.want("0 run 0")

		r.must(os.WriteFile(filepath.Join(dir, "killed"), left, 0o600))
		killed := openState(t, filepath.Join(dir, "killed"))
		if alive, _ := killed.Alive(); !alive.Equal(epoch.Add(3 * time.Second)) {
			t.Errorf("alive at %v", alive)
		}
		r.restart(Options{State: killed})
		r.must(r.Add(Entry{Task: &testTask{}, Interval: 5 * time.Minute, Resume: true}))
		r.sleep(5 * time.Minute)
		r.stop()
		r.want("300 run 300")
	})
}

// A clock set back while the collector was down must not stop tasks.
func TestRestartWithTheClockSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "slots")
		r := startRig(t, Options{State: openState(t, path)})
		r.add(time.Minute, 0, 0)
		r.sleep(2 * time.Second)
		r.stop()
		r.forget()
		r.jump(-time.Hour)
		r.restart(Options{State: openState(t, path), AtOnce: true})
		r.must(r.Add(
			Entry{Task: &testTask{}, Interval: time.Minute, Resume: true},
			Entry{Task: &testTask{}, Hash: 1, Interval: 10 * time.Second, Resume: true}))
		r.sleep(5 * time.Second)
		r.stop()
		r.want("2 run -3600", "2 run -3599.999999999")
	})
}

// openSnapshot opens a state file that holds what is given.
func openSnapshot(t *testing.T, held snapshot) *State {
	t.Helper()
	path := filepath.Join(t.TempDir(), "slots")
	if err := os.WriteFile(path, held.encode(), 0o600); err != nil {
		t.Fatal(err)
	}
	return openState(t, path)
}

// A process killed just after a slot leaves an alive mark older than the slot,
// which must not be booked as down.
func TestLastSlotAfterTheAliveMarkIsNotDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := epoch.UnixNano()
		r := &rig{t: t, base: time.Now()}
		time.Sleep(time.Second)
		r.restart(Options{State: openSnapshot(t, snapshot{
			alive: at - 100,
			slots: map[uint64]slotMark{0: {0, at, int64(time.Minute)}},
		})})
		r.must(r.Add(Entry{Task: &testTask{}, Interval: time.Minute, Resume: true}))
		r.sleep(time.Minute)
		if r.opts.State.resumed.slots != nil {
			t.Error("the resumed slots are kept though all tasks have resumed")
		}
		r.stop()
		r.want("60 run 60")
	})
}

// A first run that ends up inside a slot already accounted for is not made,
// nor booked when the owner comes too late for it.
func TestFirstRunInsideAnAccountedSlot(t *testing.T) {
	for _, held := range []time.Duration{0, 3 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			r := startRig(t, Options{State: openSnapshot(t, snapshot{alive: epoch.Add(-4500 * time.Millisecond).UnixNano()})})
			delay, task := 3500*time.Millisecond, &testTask{}
			r.must(r.Add(Entry{Task: task, Hash: uint64(9 * time.Second), Interval: time.Second, StartDelay: &delay, Resume: true}))
			r.must(r.SetInterval(task, 10*time.Second)) // 3.5 now lies in slot -1, and 0 was booked
			r.sleep(3400 * time.Millisecond)
			r.post(func(instant) { time.Sleep(held) })
			r.sleep(6 * time.Second)
			r.stop()
			r.want("0 miss -4 x5 down", "9 run 9")
		})
	}
}
