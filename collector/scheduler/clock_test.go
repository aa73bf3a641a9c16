package scheduler

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestClockStep sets the wall clock 24.5 s into the life of a task of 10 s
// and looks at what follows. The
// first figure of a line is the monotonic clock, the slot is wall time.
func TestClockStep(t *testing.T) {
	tests := []struct {
		name string
		step time.Duration
		want []string
	}{
		{"ahead 1 s is absorbed", time.Second,
			[]string{"29 run 30", "39 run 40"}},
		{"back 1 s is absorbed", -time.Second,
			[]string{"31 run 30", "41 run 40"}},
		{"noise is no step", 10 * time.Millisecond,
			[]string{"29.99 run 30", "39.99 run 40"}},
		{"ahead over a slot", 6 * time.Second,
			[]string{"24.5 miss 30 x1 clock_step", "34 run 40", "44 run 50"}},
		{"ahead to just before a slot too near", 5400 * time.Millisecond,
			[]string{"24.6 miss 30 x1 clock_step", "34.6 run 40", "44.6 run 50"}},
		{"ahead 1 h", time.Hour,
			[]string{"24.5 miss 30 x360 clock_step", "30 run 3630", "40 run 3640"}},
		{"back less than an interval: names stay unique", -6 * time.Second,
			[]string{"36 run 30", "46 run 40"}},
		{"back 1 h: re-anchored", -time.Hour,
			[]string{"30 run -3570", "40 run -3560"}},
		{"back 1 h to just before a slot too near", -time.Hour + 5400*time.Millisecond,
			[]string{"34.6 run -3560", "44.6 run -3550"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := startRig(t, Options{})
				defer func() { r.stop() }()
				r.add(10*time.Second, 0, 0)
				r.sleep(24500 * time.Millisecond)
				r.want("0 run 0", "10 run 10", "20 run 20")
				r.set(tt.step)
				r.sleepUntil(len(tt.want))
				r.want(tt.want...)
			})
		})
	}
}

// A slot that a step jumped over starts if the step is small, so that setting
// the clock by a second costs nothing, and not if it is large, which would
// start all that was jumped over at once.
func TestStepOverASlot(t *testing.T) {
	tests := []struct {
		step time.Duration
		want []string
	}{
		{time.Second, []string{"299.5 run 300", "599 run 600"}},
		{1001 * time.Millisecond, []string{"299.5 miss 300 x1 clock_step", "598.999 run 600"}},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			r := startRig(t, Options{})
			defer func() { r.stop() }()
			r.add(300*time.Second, 0, 0)
			r.sleep(299500 * time.Millisecond)
			r.forget()
			r.set(tt.step)
			r.sleep(300 * time.Second)
			r.want(tt.want...)
		})
	}
}

// After a step back the last slot is ahead. It is waited for while it is less
// than two intervals away, also when the interval has changed.
func TestIntervalChangeAfterAStepBack(t *testing.T) {
	tests := []struct {
		back time.Duration
		want []string
	}{
		{6 * time.Second, []string{"27 run 21"}}, // wall 14.5, last slot 20
		{7 * time.Second, []string{"22 run 15", "25 run 18"}},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			r := startRig(t, Options{})
			defer func() { r.stop() }()
			task := r.add(10*time.Second, 0, 0)
			r.sleep(20500 * time.Millisecond)
			r.forget()
			r.set(-tt.back)
			r.must(r.SetInterval(task, 3*time.Second))
			r.sleep(6500 * time.Millisecond)
			r.want(tt.want...)
		})
	}
}

// Fault row 23: after a suspend many tasks do not start in a burst. That none
// starts twice within half an interval is held by the model test.
func TestNoBurstAfterSuspend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const tasks = 1000
		r := startRig(t, Options{AtOnce: true})
		defer func() { r.stop() }()
		entries := make([]Entry, tasks)
		for i := range entries {
			phase := time.Duration(i) * 10 * time.Millisecond
			entries[i] = Entry{Task: &testTask{}, Hash: uint64(phase), Interval: 10 * time.Second}
		}
		r.must(r.Add(entries...))
		r.sleep(25 * time.Second)
		ran := r.Stats().Handed
		r.set(time.Hour)
		if burst := r.Stats().Handed - ran; burst != 0 {
			t.Errorf("%d tasks started at the step", burst)
		}
		if missed := r.Stats().Missed[ReasonClockStep]; missed < 359*tasks || missed > 361*tasks {
			t.Errorf("%d slots missed, want about 360 a task", missed)
		}
		r.sleep(time.Second)
		if started := r.Stats().Handed - ran; started > tasks/10+1 {
			t.Errorf("%d of %d tasks started in the second after the step", started, tasks)
		}
		r.wantLedger()
	})
}

// Nobody tells the scheduler of a step: it looks at the clock each second.
func TestStepIsNoticedWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{})
		defer func() { r.stop() }()
		r.add(time.Hour, 0, 0)
		r.sleep(1500 * time.Millisecond)
		r.jump(2 * time.Hour)
		r.sleep(time.Second)
		r.want("0 run 0", "2 miss 3600 x2 clock_step")
	})
}

func TestFirstRunKeepsItsDelayOverAStep(t *testing.T) {
	for _, step := range []time.Duration{time.Hour, -time.Hour, 500 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			r := startRig(t, Options{})
			defer func() { r.stop() }()
			r.add(10*time.Second, 0, 33*time.Second)
			r.sleep(time.Second)
			r.set(step)
			r.sleep(32 * time.Second)
			slot := SlotAt(0, 10*time.Second, r.now())
			r.want("33 run " + seconds(slot.UnixNano()-epoch.UnixNano()))
		})
	}
}

// An owner that was held up (a stopped process, a callback that blocked)
// starts what is a little late, and books what is not as down.
func TestHeldUpOwner(t *testing.T) {
	tests := []struct {
		name string
		held time.Duration
		want []string
	}{
		{"within a quarter of the interval", 2501 * time.Millisecond, []string{"12.5 run 10", "20 run 20"}},
		{"beyond", 2502 * time.Millisecond, []string{"12.501 miss 10 x1 down", "20 run 20"}},
		{"for several slots", 31*time.Second + time.Millisecond, []string{"41 miss 10 x4 down", "50 run 50"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := startRig(t, Options{})
				defer func() { r.stop() }()
				r.add(10*time.Second, 0, 0)
				r.sleep(10*time.Second - time.Millisecond)
				r.post(func(instant) { time.Sleep(tt.held) })
				r.forget()
				r.sleepUntil(len(tt.want))
				r.want(tt.want...)
			})
		})
	}
}

func TestLatenessIsMeasuredFromTheDueTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{})
		defer func() { r.stop() }()
		var late []time.Duration
		r.onDue = func(d Due) { late = append(late, time.Since(d.At)); d.Task.gate().Release() }
		r.add(10*time.Second, 0, 0)
		r.sleep(9 * time.Second)
		r.post(func(instant) { time.Sleep(1200 * time.Millisecond) })
		r.sleep(12 * time.Second)
		want := []time.Duration{0, 200 * time.Millisecond, 0}
		if len(late) != len(want) || late[0] != want[0] || late[1] != want[1] || late[2] != want[2] {
			t.Errorf("lateness %v, want %v", late, want)
		}
	})
}
