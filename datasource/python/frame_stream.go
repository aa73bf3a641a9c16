package python

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// frameHead is the length in front of a frame.
const frameHead = 4

// sealFrame writes the length into the head of a frame.
func sealFrame(frame []byte) ([]byte, error) {
	size := len(frame) - frameHead
	if size > maxFrameBytes {
		return nil, errFrameTooLarge
	}
	binary.BigEndian.PutUint32(frame, uint32(size))
	return frame, nil
}

// frameReader takes frames off a stream.
type frameReader struct {
	r   *bufio.Reader
	buf bytes.Buffer
}

func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{r: bufio.NewReaderSize(r, 64<<10)}
}

// next returns the next frame without its length, valid until the call after. io.EOF is the end between frames.
func (f *frameReader) next() ([]byte, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(f.r, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > maxFrameBytes {
		return nil, fmt.Errorf("%w: it would have %d bytes, its head is %q", errFrameTooLarge, size, head)
	}
	const keep = 1 << 20
	if f.buf.Cap() > keep {
		f.buf = bytes.Buffer{}
	}
	f.buf.Reset()
	// Copied as it comes: a length alone gets no memory.
	if _, err := io.CopyN(&f.buf, f.r, int64(size)); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return f.buf.Bytes(), nil
}

// maxBacklog bounds what waits for a worker that does not read: the configs of some ten thousand tasks fit.
const maxBacklog = 256 << 20

var (
	errBacklog = errors.New("the worker does not read: too much waits for it")
	errGone    = errors.New("the worker has ended")
)

// frameWriter puts frames on a stream from a goroutine of its own, all that wait in one write.
type frameWriter struct {
	w io.Writer

	mu      sync.Mutex
	wake    sync.Cond
	pending []byte
	closed  bool
}

func newFrameWriter(w io.Writer) *frameWriter {
	f := &frameWriter{w: w}
	f.wake.L = &f.mu
	return f
}

// put queues a sealed frame and never waits.
func (f *frameWriter) put(frame []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.closed:
		return errGone
	case len(f.pending)+len(frame) > maxBacklog:
		return errBacklog
	}
	f.pending = append(f.pending, frame...)
	f.wake.Signal()
	return nil
}

// run writes until close is called or a write fails. After close nothing more is written.
func (f *frameWriter) run() error {
	var batch []byte
	for {
		batch = f.take(batch[:0])
		if len(batch) == 0 {
			return nil
		}
		if _, err := f.w.Write(batch); err != nil {
			f.close()
			return err
		}
		const keep = 1 << 20
		if cap(batch) > keep {
			batch = nil
		}
	}
}

// take waits for frames and returns all there are, leaving spare as room for the next; empty when closed.
func (f *frameWriter) take(spare []byte) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.pending) == 0 && !f.closed {
		f.wake.Wait()
	}
	if f.closed {
		return nil
	}
	batch := f.pending
	f.pending = spare
	return batch
}

func (f *frameWriter) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed, f.pending = true, nil
	f.wake.Signal()
}
