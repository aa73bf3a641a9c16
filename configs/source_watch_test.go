package configs

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestWatchFollowsTheFiles is with real notifications.
func TestWatchFollowsTheFiles(t *testing.T) {
	s := newSite(t, shop, nil)
	s.folders = nil
	s.load()
	sets := s.watch()
	s.write("b.yaml", "devices: {b: {device_class: /Server, attributes: {rack: r4}}}\n")
	diff(t, []string{"a other: b/", "a page: r1/", "b other: b/", "b page: r4/"}, urls(<-sets))
	s.write("b.yaml", "devices: [\n")
	if set := <-sets; len(set.Problems) != 1 || len(set.Tasks) != 4 {
		t.Errorf("problems %q, tasks %q", problemTexts(set), names(set))
	}
	s.write("c.yml", "devices: {c: {device_class: /Server, attributes: {rack: r5}}}\n")
	if set := <-sets; len(set.Tasks) != 6 {
		t.Errorf("tasks %q", names(set))
	}
}

func TestWritesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		start := time.Now()
		for i := range 4 {
			s.write("b.yaml", fmt.Sprintf("devices: {b: {device_class: /Server, attributes: {rack: s%d}}}\n%s", i, strings.Repeat("#", i)))
			s.events <- struct{}{}
			time.Sleep(filesQuiet / 2)
		}
		diff(t, []string{"a other: b/", "a page: r1/", "b other: b/", "b page: s3/"}, urls(<-sets))
		if took, want := time.Since(start), 3*filesQuiet/2+filesQuiet; took != want {
			t.Errorf("the set came after %s, want %s", took, want)
		}
		time.Sleep(time.Hour)
		if len(sets) > 0 {
			t.Errorf("%d further sets came", len(sets))
		}
	})
}

// TestEndlessWritesAreNotWaitedFor: somebody who never stops writing does not keep changes away.
func TestEndlessWritesAreNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		start := time.Now()
		ctx, stop := context.WithCancel(t.Context())
		var writing sync.WaitGroup
		writing.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				s.write("b.yaml", fmt.Sprintf("devices: {b: {device_class: /Server, attributes: {rack: s%d}}}\n%s", i, strings.Repeat("#", i)))
				s.events <- struct{}{}
				time.Sleep(filesQuiet / 2)
			}
		})
		<-sets
		if took := time.Since(start); took != filesPatient {
			t.Errorf("the first set came after %s, want %s", took, filesPatient)
		}
		stop()
		writing.Wait()
	})
}

// TestPollingFindsWhatNotificationsMiss: nobody tells of the write.
func TestPollingFindsWhatNotificationsMiss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		synctest.Wait()
		s.write("b.yaml", "devices: {b: {device_class: /Server, attributes: {rack: silent}}}\n")
		start := time.Now()
		<-sets
		if took := time.Since(start); took != pollEvery+filesQuiet {
			t.Errorf("the write was found after %s, want %s", took, pollEvery+filesQuiet)
		}
	})
}

func TestModelChangesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		synctest.Wait()
		clear(s.asked)
		start := time.Now()
		for i := range 4 {
			s.setRack("a", fmt.Sprint("m", i))
			time.Sleep(modelGather / 8)
		}
		diff(t, []string{"a other: b/", "a page: m3/", "b other: b/", "b page: r2/"}, urls(<-sets))
		if took := time.Since(start); took != modelGather {
			t.Errorf("the set came after %s, want %s", took, modelGather)
		}
		diff(t, map[string]int{"a": 2}, s.asked)
		s.DeviceChanged("b") // nothing changed
		s.DeviceChanged("nobody")
		time.Sleep(time.Minute)
		if len(sets) > 0 {
			t.Error("a set came of nothing")
		}
		diff(t, map[string]int{"a": 2}, s.asked)
	})
}

func TestReloadIsNotKeptWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		synctest.Wait()
		s.write("b.yaml", "devices: {}\n")
		s.DeviceChanged("a")
		start := time.Now()
		s.Reload()
		<-sets
		if took := time.Since(start); took != 0 {
			t.Errorf("the reload took %s", took)
		}
	})
}
