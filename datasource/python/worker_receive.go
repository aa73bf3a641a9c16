package python

import (
	"errors"
	"fmt"
	"time"

	hclog "github.com/hashicorp/go-hclog"
)

// Exit is how a worker ended, and what it had not given back.
type Exit struct {
	Status Status
	// Reason is why: what Kill was called with, or what the worker said when it left by itself.
	Reason string
	// Started are runs whose hook chain had begun, Unstarted those that had not.
	Started, Unstarted []uint64
	// Tasks are those configured and neither dropped nor cleaned up by draining.
	Tasks []uint64
}

// run receives until the stream ends, then sees the process off.
func (w *Worker) run(reader *frameReader) {
	if err := w.receive(reader); err != nil {
		w.log.Error("the python worker wrote what is no frame of the protocol: it is killed", "pid", w.hello.pid, "error", err)
		w.Kill("it wrote what is no frame: " + err.Error())
	} else {
		// The process ends, or has closed its frames and must.
		const grace = 5 * time.Second
		select {
		case <-w.proc.exited:
		case <-time.After(grace):
			w.Kill("it closed its frames without ending")
		}
	}
	w.leave()
}

// leave waits for the process to be gone and tells.
func (w *Worker) leave() {
	status := w.proc.wait()
	w.writer.close()
	_ = w.frames.Close()
	w.readers.Wait()
	_ = w.proc.beats.Close()
	exit := Exit{Status: status}
	if reason := w.reason.Load(); reason != nil {
		exit.Reason = *reason
	}
	exit.Tasks, exit.Started, exit.Unstarted = w.ledger.rest()
	level := hclog.Info
	if len(exit.Started)+len(exit.Unstarted) > 0 || !status.Clean() {
		level = hclog.Warn
	}
	w.log.Log(level, "python worker ended", "pid", w.hello.pid, "status", status, "reason", exit.Reason,
		"runs_lost", len(exit.Started)+len(exit.Unstarted))
	if w.opts.Handlers.Exit != nil {
		w.opts.Handlers.Exit(w, exit)
	}
	close(w.done)
}

// receive handles frames until the stream ends, which is no error: a process that dies may end it within a frame. The
// error is that what came is no frame.
func (w *Worker) receive(reader *frameReader) error {
	for {
		payload, err := reader.next()
		if errors.Is(err, errFrameTooLarge) {
			return err
		}
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		kind, elements, err := decodeFrame(payload)
		if err != nil {
			return fmt.Errorf("%w: %s", err, describe(payload))
		}
		if err := w.handle(kind, elements); err != nil {
			return fmt.Errorf("frame %d: %w", kind, err)
		}
	}
}

// handle tells the handlers of one frame.
func (w *Worker) handle(kind uint64, f fields) error {
	h := &w.opts.Handlers
	switch kind {
	case frameConfigured:
		c := readConfigured(f)
		if c.Err != nil {
			w.ledger.drop(c.Task)
		}
		tell(h.Configured, w, c)
	case frameStarted:
		if run := f.id(0); w.ledger.start(run) {
			tell(h.Started, w, run)
		}
	case frameResult:
		return w.result(f)
	case framePublish:
		return w.publish(f)
	case frameInterval:
		if s, ok := seconds(f.at(1)); ok && h.Interval != nil {
			h.Interval(w, f.id(0), s)
		}
	case frameLog:
		w.logRecord(readLog(f))
	case frameCleaned:
		w.ledger.drop(f.id(0)) // also when it is being drained
		if h.Cleaned != nil {
			h.Cleaned(w, f.id(0), f.exception(1))
		}
	case frameCall:
		tell(h.Call, w, readCall(f))
	case frameBuilt:
		tell(h.Built, w, readBuilt(f))
	case frameBye:
		reason := f.text(0)
		w.reason.CompareAndSwap(nil, &reason)
	default:
		return errors.New("this daemon knows no frame of that number")
	}
	return nil
}

func tell[T any](handler func(*Worker, T), w *Worker, what T) {
	if handler != nil {
		handler(w, what)
	}
}

func (w *Worker) result(f fields) error {
	result, err := readResult(f)
	if err != nil {
		return err
	}
	if w.ledger.end(result.Run) {
		tell(w.opts.Handlers.Result, w, result)
	}
	w.credit()
	return nil
}

func (w *Worker) publish(f fields) error {
	data, err := readData(f.at(1))
	if err != nil {
		return err
	}
	if data != nil && w.opts.Handlers.Publish != nil {
		w.opts.Handlers.Publish(w, f.id(0), data)
	}
	w.credit()
	return nil
}

// credit gives back what the handlers have taken, many at once. A worker that is gone needs none.
func (w *Worker) credit() {
	w.credits++
	if w.credits >= max(w.opts.Window/2, 1) {
		_ = w.send(frameCredit, w.credits)
		w.credits = 0
	}
}

// write is the goroutine that writes frames. A worker that cannot be written to has closed its end or is dying; the
// reader finds out which.
func (w *Worker) write() {
	if err := w.writer.run(); err != nil {
		w.log.Debug("writing to the python worker", "pid", w.hello.pid, "error", err)
	}
}
