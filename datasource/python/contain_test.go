package python

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

func blocking(o *RuntimeOptions) { o.BlockingTimeout = time.Second }

func isQuarantined(w *Worker) bool { return strings.HasSuffix(w.Name(), "-quarantine") }

// A class that blocks costs its worker the first time, goes to the quarantine the second, and is switched off the third;
// who sits with it is made again each time, and loses no run that had not begun.
func TestBlockingClassIsContained(t *testing.T) {
	r := newRuntimeRig(t, blocking)
	block, sibling, well := r.make("block", nil), r.make("block", nil), r.make("ok", nil)
	for times := 1; times <= switchOffAfter; times++ {
		if len(r.switched) > 0 {
			t.Errorf("switched off before the block number %d", times)
		}
		run := r.start(block)
		behind := r.start(well)
		end := r.end(run)
		if !errors.Is(end.Err, datasource.ErrWorkerDied) || !strings.Contains(end.Err.Error(), "block blocked the reactor for ") {
			t.Errorf("%d: ended with %v", times, end.Err)
		}
		if end := r.end(behind); end.Err != nil {
			t.Errorf("%d: the run behind it ended with %v", times, end.Err)
		}
		for _, task := range []*task{block, sibling} {
			want := times >= quarantineAfter
			eventually(t, "the task is where it belongs", func() bool { return isQuarantined(r.where(task)) == want })
		}
		if isQuarantined(r.where(well)) {
			t.Errorf("%d: another class is in the quarantine", times)
		}
	}
	if class := receive(t, r.switched); class != "block" {
		t.Errorf("switched off %q", class)
	}
	if late := r.make("block", nil); !isQuarantined(r.where(late)) {
		t.Error("a new task of the class is not in the quarantine")
	}
	if n := strings.Count(r.log.String(), "is blocked: it is killed"); n != switchOffAfter {
		t.Errorf("the log tells of %d blocked workers, want %d", n, switchOffAfter)
	}
}

// A constructor that blocks is told from its neighbours, and ends in the quarantine.
func TestBlockingConstructor(t *testing.T) {
	r := newRuntimeRig(t, blocking)
	well := r.make("ok", nil)
	r.begin("block making", nil, newTestHandle())
	if class := receive(t, r.switched); class != "block making" {
		t.Errorf("switched off %q", class)
	}
	if end := r.run(well); end.Err != nil {
		t.Errorf("its neighbour ended with %v", end.Err)
	}
}

func TestQuarantineDuringARun(t *testing.T) {
	r := newRuntimeRig(t, nil)
	task := r.make("never", nil)
	old := r.where(task)
	run := r.start(task)
	task.quarantine()
	task.quarantine()
	eventually(t, "the quarantine has the task", func() bool { return isQuarantined(r.where(task)) })
	old.Kill("the test asks")
	if end := r.end(run); !errors.Is(end.Err, datasource.ErrWorkerDied) {
		t.Errorf("ended with %v", end.Err)
	}
	if !isQuarantined(r.where(task)) {
		t.Error("the death of its old worker moved the task")
	}
}
