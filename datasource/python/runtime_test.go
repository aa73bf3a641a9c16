package python

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

func TestRuntimeRefusesNoClass(t *testing.T) {
	r := newRuntimeRig(t, nil)
	config := testConfig()
	config.DataSources[0].PluginClassname = ""
	if _, err := r.Type().New(config, newTestHandle()); !errors.Is(err, errNoClass) {
		t.Errorf("error %v", err)
	}
	if r.present() != nil {
		t.Error("there are workers without a task")
	}
}

func TestMadeTellsErrorOfTheClass(t *testing.T) {
	r := newRuntimeRig(t, nil)
	var e *Error
	if _, err := r.made(r.begin("unknown", nil, newTestHandle())); !errors.As(err, &e) || e.Type != "ImportError" {
		t.Errorf("error %v", err)
	}
}

func TestMadeOutlivesAWorker(t *testing.T) {
	r := newRuntimeRig(t, nil)
	task := r.begin("crash making once", nil, newTestHandle())
	delay, err := r.made(task)
	if err != nil || delay == nil || *delay != 2.5 {
		t.Errorf("made %v, %v; want 2.5", delay, err)
	}
	if end := r.run(task); end.Err != nil {
		t.Errorf("run ended with %v", end.Err)
	}
	if n := r.StateLost(); n != 1 {
		t.Errorf("state lost %d times, want 1", n)
	}
}

// A worker dies under two runs: the one that had begun ends with it, the other runs on the next worker.
func TestDeathOfAWorkerLosesNoRun(t *testing.T) {
	r := newRuntimeRig(t, nil)
	crash, deaf, well := r.make("crash", nil), r.make("deaf", nil), r.make("ok", nil)
	unstarted := r.start(deaf)
	started := r.start(crash)
	later := r.start(well)
	end := r.end(started)
	if !errors.Is(end.Err, datasource.ErrWorkerDied) {
		t.Errorf("the run that had begun ended with %v", end.Err)
	}
	for name, run := range map[string]*testRun{"unstarted": unstarted, "behind it": later} {
		if end := r.end(run); end.Err != nil || end.Data == nil {
			t.Errorf("%s: ended with %v, %v", name, end.Data, end.Err)
		}
	}
	if n := r.StateLost(); n != 3 {
		t.Errorf("state lost %d times, want 3", n)
	}
	if !r.idle() {
		t.Error("runs are left")
	}
}

// noPython makes a runtime whose workers cannot start.
func noPython(wait time.Duration) func(*RuntimeOptions) {
	return func(o *RuntimeOptions) { o.Pool.Worker.Python, o.WorkerWait = "/nowhere/python3", wait }
}

func TestRunWithoutWorkerEnds(t *testing.T) {
	r := newRuntimeRig(t, noPython(time.Millisecond))
	task := r.begin("ok", nil, newTestHandle())
	eventually(t, "the start has failed", func() bool { return strings.Contains(r.noWorker().Error(), "/nowhere") })
	end := r.run(task)
	if !errors.Is(end.Err, errNoWorker) || !strings.Contains(end.Err.Error(), "no_worker") || !strings.Contains(end.Err.Error(), "/nowhere/python3") {
		t.Errorf("ended with %v", end.Err)
	}
}

func TestWaitingIsCountedFromTheFirstTime(t *testing.T) {
	r := newRuntimeRig(t, noPython(time.Hour))
	task := r.begin("ok", nil, newTestHandle())
	run := r.start(task)
	task.mu.Lock()
	f := task.waiting[0]
	f.leave()
	f.waitBy = time.Now()
	task.mu.Unlock()
	f.start()
	if end := r.end(run); !errors.Is(end.Err, errNoWorker) {
		t.Errorf("ended with %v", end.Err)
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	r := newRuntimeRig(t, noPython(time.Hour))
	task := r.begin("ok", nil, newTestHandle())
	run := r.start(task)
	run.Cancel()
	if err, _ := receive(t, run.ended).(error); !errors.Is(err, datasource.ErrCancelled) {
		t.Errorf("ended with %v", err)
	}
	if len(task.waiting) > 0 {
		t.Error("it still waits")
	}
}

// What is cancelled between two workers goes to neither.
func TestCancelledBetweenWorkers(t *testing.T) {
	r := newRuntimeRig(t, nil)
	task := r.make("ok", nil)
	f := newFlight(task)
	f.end.Cancel()
	f.start()
	if !r.idle() {
		t.Error("a cancelled run was started")
	}
}

func TestCancelReachesTheWorker(t *testing.T) {
	r := newRuntimeRig(t, nil)
	run := r.start(r.make("never", nil))
	run.Cancel()
	eventually(t, "the worker has answered", r.idle)
	if n := run.fired.Load(); n != 1 {
		t.Errorf("fired %d times", n)
	}
}

func TestCleanupEndsWaitingRuns(t *testing.T) {
	r := newRuntimeRig(t, noPython(time.Hour))
	task := r.begin("ok", nil, newTestHandle())
	run := r.start(task)
	for range 2 {
		if err := task.Cleanup(t.Context(), task.config); err != nil {
			t.Error(err)
		}
	}
	if end := r.end(run); !errors.Is(end.Err, datasource.ErrTaskGone) {
		t.Errorf("ended with %v", end.Err)
	}
	if _, err := r.made(task); !errors.Is(err, datasource.ErrTaskGone) {
		t.Errorf("made: %v", err)
	}
	if r.task(task.id) != nil {
		t.Error("the task is kept")
	}
	if end := r.run(task); !errors.Is(end.Err, datasource.ErrTaskGone) {
		t.Errorf("a run after the cleanup ended with %v", end.Err)
	}
}

func TestCloseEndsWaitingRuns(t *testing.T) {
	r := newRuntimeRig(t, noPython(time.Hour))
	task := r.begin("ok", nil, newTestHandle())
	run := r.start(task)
	r.Close(t.Context())
	if end := r.end(run); !errors.Is(end.Err, errClosed) {
		t.Errorf("ended with %v", end.Err)
	}
	if end := r.run(task); !errors.Is(end.Err, errClosed) {
		t.Errorf("a run after Close ended with %v", end.Err)
	}
	if _, err := r.Type().New(testConfig(), newTestHandle()); !errors.Is(err, errClosed) {
		t.Errorf("a task after Close: %v", err)
	}
}

// A worker is replaced: the run that is on its way ends, the task lives on in the new process, and no state counts as
// lost.
func TestRecycleKeepsRuns(t *testing.T) {
	r := newRuntimeRig(t, nil)
	task := r.make("ok", nil)
	old := r.where(task)
	run := r.start(task)
	r.present().Recycle(old, "the test asks")
	eventually(t, "another worker has the task", func() bool { return r.where(task) != old })
	if end := r.end(run); end.Err != nil {
		t.Errorf("the run across the change ended with %v", end.Err)
	}
	if end := r.run(task); end.Err != nil {
		t.Errorf("the run after it ended with %v", end.Err)
	}
	receive(t, old.Done())
	if n := r.StateLost(); n != 0 {
		t.Errorf("state lost %d times", n)
	}
}

// A late word of a worker that the task has left changes nothing.
func TestLateAnswersOfOldWorkers(t *testing.T) {
	r := newRuntimeRig(t, nil)
	task := r.make("ok", nil)
	w := r.where(task)
	old := &Worker{}
	task.settle(old)
	task.made(old, Configured{Task: task.id, Err: &Error{Type: "ValueError"}})
	r.result(old, Result{Run: 1 << 40})
	if r.where(task) != w || task.err != nil {
		t.Error("the task has moved, or failed")
	}
}

func TestRunsOfWhatCannotBeMadeAgain(t *testing.T) {
	r := newRuntimeRig(t, nil)
	task := r.make("ok", nil)
	task.made(r.where(task), Configured{Task: task.id, Err: &Error{Type: "ValueError", Text: "no more"}})
	if end := r.run(task); end.Err == nil || !strings.Contains(end.Err.Error(), "ValueError: no more") {
		t.Errorf("ended with %v", end.Err)
	}
	if !strings.Contains(r.log.String(), "could not be made again") {
		t.Error("the log does not tell")
	}
}
