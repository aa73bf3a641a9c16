package scheduler

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
)

const (
	stateMagic = "zpsched1"
	markSize   = 28
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// slotMark is one record of the state file: the last slot of a task, or, with
// interval 0, the alive mark.
type slotMark struct {
	hash     uint64
	slot     int64
	interval int64
}

// appendTo appends the record to b.
func (m slotMark) appendTo(b []byte) []byte {
	var body [markSize - 4]byte
	binary.LittleEndian.PutUint64(body[0:], m.hash)
	binary.LittleEndian.PutUint64(body[8:], uint64(m.slot))
	binary.LittleEndian.PutUint64(body[16:], uint64(m.interval))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(body[:], castagnoli))
	return append(b, body[:]...)
}

// decodeMark decodes one record of markSize bytes; false if it is damaged.
func decodeMark(b []byte) (slotMark, bool) {
	body := b[4:markSize]
	m := slotMark{
		hash:     binary.LittleEndian.Uint64(body[0:]),
		slot:     int64(binary.LittleEndian.Uint64(body[8:])),
		interval: int64(binary.LittleEndian.Uint64(body[16:])),
	}
	sound := crc32.Checksum(body, castagnoli) == binary.LittleEndian.Uint32(b)
	// Instants before 1970 or centuries ahead would overflow sums with
	// intervals.
	return m, sound && m.slot >= 0 && m.slot < 1<<62 && m.interval >= 0 && m.interval <= int64(MaxInterval)
}

// snapshot is what a state file amounts to.
type snapshot struct {
	alive int64 // unix ns, or never
	slots map[uint64]slotMark
}

func (h *snapshot) take(m slotMark) {
	if m.interval == 0 {
		h.alive = m.slot
		return
	}
	h.slots[m.hash] = m
}

// encode returns a file that holds the snapshot. Slots whose interval was
// over at the alive mark are left out: the next start finds a later one.
func (h *snapshot) encode() []byte {
	b := make([]byte, 0, len(stateMagic)+markSize*(len(h.slots)+1))
	b = append(b, stateMagic...)
	for _, m := range h.slots {
		if m.slot+m.interval > h.alive {
			b = m.appendTo(b)
		}
	}
	if h.alive != never {
		b = slotMark{slot: h.alive}.appendTo(b)
	}
	return b
}

// readState reads the file at path. What can be read is returned also with an
// error; a file that does not exist is an empty one.
func readState(path string) (snapshot, error) {
	empty := snapshot{alive: never, slots: map[uint64]slotMark{}}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return empty, fmt.Errorf("opening the scheduler state: %w", err)
	}
	defer func() { _ = f.Close() }()
	held, err := decodeState(f)
	if err != nil {
		return held, fmt.Errorf("reading the scheduler state %s: %w", path, err)
	}
	return held, nil
}

// decodeState reads a state file. Damaged records are passed over; the error
// says what was lost.
func decodeState(r io.Reader) (snapshot, error) {
	held := snapshot{alive: never, slots: map[uint64]slotMark{}}
	in := bufio.NewReader(r)
	var head [len(stateMagic)]byte
	if _, err := io.ReadFull(in, head[:]); err != nil || string(head[:]) != stateMagic {
		return held, errors.New("not a scheduler state file, starting fresh")
	}
	var buf [markSize]byte
	for damaged := 0; ; {
		n, err := io.ReadFull(in, buf[:])
		switch {
		case err == io.EOF && damaged == 0:
			return held, nil
		case err == io.EOF:
			return held, fmt.Errorf("%d damaged records passed over", damaged)
		case err == io.ErrUnexpectedEOF:
			return held, fmt.Errorf("cut off after %d bytes of a record, %d damaged records passed over", n, damaged)
		case err != nil:
			return held, err
		}
		if m, ok := decodeMark(buf[:]); ok {
			held.take(m)
		} else {
			damaged++
		}
	}
}
