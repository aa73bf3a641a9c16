package python

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// shakeHands takes the worker's hello and welcomes it.
func (w *Worker) shakeHands(ctx context.Context, reader *frameReader) error {
	stop := context.AfterFunc(ctx, func() { _ = w.frames.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := w.frames.SetReadDeadline(time.Now().Add(w.opts.StartLimit)); err != nil {
		return fmt.Errorf("limiting the wait for hello: %w", err)
	}
	payload, err := reader.next()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("it said nothing within %s", w.opts.StartLimit)
	case errors.Is(err, errFrameTooLarge):
		return fmt.Errorf("what it wrote is no frame (%w): something in its site-packages writes to file descriptor 3", err)
	case err != nil:
		return errEndedAtStart
	}
	if err := w.takeHello(payload); err != nil {
		return err
	}
	if !stop() {
		return context.Cause(ctx)
	}
	if err := w.frames.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("lifting the limit for hello: %w", err)
	}
	return w.sendWelcome()
}

var errEndedAtStart = errors.New("it ended before it said hello")

func (w *Worker) takeHello(payload []byte) error {
	kind, elements, err := decodeFrame(payload)
	if err != nil {
		return fmt.Errorf("what it wrote is no frame: %s: %w", describe(payload), err)
	}
	if kind != frameHello {
		return fmt.Errorf("its first frame is number %d and not hello", kind)
	}
	w.hello = readHello(elements)
	if w.hello.version != protocolVersion {
		return fmt.Errorf("it speaks version %d of the protocol and this daemon %d: the host package in %s is another version's; remove that folder",
			w.hello.version, protocolVersion, w.opts.HostPath)
	}
	if w.hello.pid <= 0 {
		return errors.New("its hello names no process id")
	}
	return nil
}

func (w *Worker) sendWelcome() error {
	welcome := w.opts.Welcome
	packs := make([]any, len(welcome.Packs))
	for i, p := range welcome.Packs {
		packs[i] = map[string]any{"name": p.Name, "path": p.Path}
	}
	err := w.send(frameWelcome, protocolVersion, map[string]any{
		"options": welcome.Options, "packs": packs, "sys_path": welcome.SysPath, "loop": string(w.opts.Loop),
		"threads": welcome.Threads, "http": welcome.HTTP, "blocking_warning": welcome.BlockingWarning.Seconds(),
		"opaque_key": welcome.OpaqueKey, "cache": welcome.Cache, "log_level": pythonLevel(w.log.GetLevel()),
	})
	if err != nil {
		return err
	}
	return w.send(frameCredit, w.opts.Window)
}

// abandon ends a process that did not become a worker and says why, with what it wrote.
func (w *Worker) abandon(cause error, tail *lineTail) error {
	w.proc.kill()
	status := w.proc.wait()
	w.writer.close()
	_ = w.frames.Close()
	_ = w.proc.beats.Close()
	w.readers.Wait()
	said := tail.text()
	text := fmt.Sprintf("starting python worker %s", w.opts.Python)
	if errors.Is(cause, errEndedAtStart) {
		return fmt.Errorf("%s: %w: %s%s", text, cause, status, explain(said))
	}
	return fmt.Errorf("%s: %w%s", text, cause, explain(said))
}

// explain adds what a process wrote before it ended, and what to do about the usual causes.
func explain(said string) string {
	if said == "" {
		return ""
	}
	for _, module := range []string{"msgpack", "twisted", "zope", "fissix"} {
		if strings.Contains(said, "No module named '"+module) {
			return fmt.Sprintf(": this Python has no %s; run `zenpython python setup`, or give one that has it by --python", module)
		}
	}
	if strings.Contains(said, "No module named 'zenpython") || strings.Contains(said, "No module named zenpython") {
		return ": it does not find the package zenpython in ZENPYTHON_HOST_PATH: " + said
	}
	return "; it wrote: " + said
}
