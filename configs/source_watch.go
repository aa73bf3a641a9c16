package configs

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/fsnotify/fsnotify"
	hclog "github.com/hashicorp/go-hclog"
)

// How changes are gathered before they are acted on.
const (
	filesQuiet   = 500 * time.Millisecond // nothing written for so long: whoever writes has finished
	filesPatient = 5 * time.Second        // who never stops writing is not waited for longer
	modelGather  = 500 * time.Millisecond // a run's maps often come one by one
	// pollEvery finds what notifications miss: network file systems, folders that did not exist, a full queue.
	pollEvery = 30 * time.Second
)

// folderWatch tells that something happened in folders.
type folderWatch interface {
	// Watch makes these the folders watched.
	Watch(folders []string)
	// Changed has a token when something happened.
	Changed() <-chan struct{}
	Close() error
}

// Watch builds what changes, in files or in the model, and calls changed with each new set, until ctx ends. Sets come
// one after another. Load must have been called.
func (s *LocalSource) Watch(ctx context.Context, changed func(*Set)) error {
	folders := s.folders
	if folders == nil {
		folders = newFolderWatch(s.log)
	}
	defer func() { _ = folders.Close() }() // nothing is lost by what it could not give back
	s.building.Lock()
	last := s.set
	s.building.Unlock()
	for {
		folders.Watch(s.watched())
		if err := s.await(ctx, folders.Changed()); err != nil {
			return err
		}
		set, err := s.advance(ctx)
		if err != nil {
			return fmt.Errorf("watching the inventory: %w", err)
		}
		if set != last {
			last = set
			changed(set)
		}
	}
}

// await returns when there is something to do and it is time for it.
func (s *LocalSource) await(ctx context.Context, written <-chan struct{}) error {
	poll := time.NewTimer(pollEvery)
	defer poll.Stop()
	held, stop := s.heldTimer()
	defer stop()
	for {
		if s.filesDiffer() {
			settle(ctx, written)
			s.asked.Lock()
			s.reload = true
			s.asked.Unlock()
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-held:
			return nil
		case <-s.wake:
			return s.gather(ctx)
		case <-written:
		case <-poll.C:
			poll.Reset(pollEvery)
		}
	}
}

// heldTimer fires when a change that waits is due, never when none does.
func (s *LocalSource) heldTimer() (due <-chan time.Time, stop func()) {
	s.building.Lock()
	next := s.flapping.next()
	s.building.Unlock()
	if next.IsZero() {
		return nil, func() {}
	}
	timer := time.NewTimer(time.Until(next))
	return timer.C, func() { timer.Stop() }
}

// gather waits for further changes of the model; who asks for a reload is not kept waiting.
func (s *LocalSource) gather(ctx context.Context) error {
	timer := time.NewTimer(modelGather)
	defer timer.Stop()
	for {
		s.asked.Lock()
		reload := s.reload
		s.asked.Unlock()
		if reload {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case <-s.wake:
		}
	}
}

// settle waits until nothing has been written for a while.
func settle(ctx context.Context, written <-chan struct{}) {
	patience := time.NewTimer(filesPatient)
	defer patience.Stop()
	for {
		quiet := time.NewTimer(filesQuiet)
		select {
		case <-written:
			quiet.Stop()
			continue
		case <-quiet.C:
		case <-patience.C:
		case <-ctx.Done():
		}
		quiet.Stop()
		return
	}
}

// filesDiffer reports whether the files are others than those that were loaded.
func (s *LocalSource) filesDiffer() bool {
	now := fingerprint(s.watched())
	s.building.Lock()
	defer s.building.Unlock()
	return now != s.files
}

// watched returns the folders with everything that was or would be read, sorted.
func (s *LocalSource) watched() []string {
	var folders []string
	for _, path := range s.opts.Paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			folders = append(folders, path)
		} else {
			folders = append(folders, filepath.Dir(path))
		}
	}
	if inv := s.loaded.Load(); inv != nil {
		for _, path := range inv.Files {
			folders = append(folders, filepath.Dir(path))
		}
		for _, pack := range inv.Packs {
			folders = append(folders, pack.Path)
		}
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// fingerprint is a hash of what can be seen of the YAML files in folders without reading them. Links are followed, so
// that a mounted volume which is changed by turning a link counts as well.
func fingerprint(folders []string) uint64 {
	var b []byte
	for _, folder := range folders {
		b = appendText(b, folder)
		entries, err := os.ReadDir(folder)
		if err != nil {
			b = appendText(b, "unreadable")
			continue
		}
		for _, e := range entries {
			if !isYAML(e.Name()) {
				continue
			}
			b = appendText(b, e.Name())
			if info, err := os.Stat(filepath.Join(folder, e.Name())); err == nil {
				b = binary.BigEndian.AppendUint64(b, uint64(info.ModTime().UnixNano()))
				b = binary.BigEndian.AppendUint64(b, uint64(info.Size()))
			}
		}
	}
	return xxhash.Sum64(b)
}

// notified is a folderWatch by the system's notifications.
type notified struct {
	log     hclog.Logger
	watcher *fsnotify.Watcher // nil: polling has to do
	changed chan struct{}
	done    chan struct{}
	folders []string
}

func newFolderWatch(log hclog.Logger) *notified {
	n := &notified{log: log, changed: make(chan struct{}, 1), done: make(chan struct{})}
	var err error
	if n.watcher, err = fsnotify.NewWatcher(); err != nil {
		n.watcher = nil
		log.Warn("folders of the inventory are not watched, changes are found every now and then", "every", pollEvery, "error", err)
		close(n.done)
		return n
	}
	go n.forward()
	return n
}

func (n *notified) forward() {
	defer close(n.done)
	for {
		select {
		case e, ok := <-n.watcher.Events:
			if !ok {
				return
			}
			if e.Op == fsnotify.Chmod { // backup and indexing programs do so all the time
				continue
			}
		case _, ok := <-n.watcher.Errors: // an overflow as a rule: something happened
			if !ok {
				return
			}
		}
		select {
		case n.changed <- struct{}{}:
		default:
		}
	}
}

// Watch implements folderWatch. A folder that cannot be watched is left to polling and tried again the next time.
func (n *notified) Watch(folders []string) {
	if n.watcher == nil {
		return
	}
	for _, folder := range n.folders {
		if !slices.Contains(folders, folder) {
			_ = n.watcher.Remove(folder) // it may be gone itself
		}
	}
	n.folders = n.folders[:0]
	for _, folder := range folders {
		if err := n.watcher.Add(folder); err != nil {
			n.log.Debug("a folder of the inventory is not watched", "folder", folder, "error", err)
			continue
		}
		n.folders = append(n.folders, folder)
	}
}

// Changed implements folderWatch.
func (n *notified) Changed() <-chan struct{} { return n.changed }

// Close implements folderWatch.
func (n *notified) Close() error {
	if n.watcher == nil {
		return nil
	}
	err := n.watcher.Close()
	<-n.done
	return err
}
