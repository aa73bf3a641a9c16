package runner

// poolSize is the capacity asked of ants. The runner counts its worker loops itself; the room above its own limit is
// for goroutines that have left their loop and are not yet back in the pool, so that Submit never has to wait.
func poolSize(threads int) int { return 2 * containFactor * threads }

// signal tells the dispatcher that there may be something to do. The caller holds mu.
func (r *Runner) signal() {
	if r.missing() > 0 {
		r.poke()
	}
}

func (r *Runner) poke() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// missing is how many worker loops should be started. The caller holds mu.
func (r *Runner) missing() int {
	todo := r.ready.len()
	if r.mayStart() {
		todo += min(r.queue.size, r.maxParallel-r.inFlight.size)
	}
	room := min(r.threads-r.active, containFactor*r.threads-r.active-r.stuck)
	return max(0, min(todo-r.arriving, room))
}

// dispatch feeds the pool. It is the only one that does: a task of the pool that submits to its own full pool would
// wait for itself. A worker loop goes on until nothing is ready, so a busy runner submits seldom.
func (r *Runner) dispatch() {
	defer close(r.done)
	for range r.wake {
		r.mu.Lock()
		closed, n := r.closed, r.missing()
		r.active += n
		r.arriving += n
		r.mu.Unlock()
		if closed {
			return
		}
		for range n {
			r.submit()
		}
	}
}

func (r *Runner) submit() {
	w := r.workers.Get().(*worker)
	if err := r.pool.Submit(w.enter); err != nil {
		r.mu.Lock()
		r.active--
		r.arriving--
		r.mu.Unlock()
		r.log.Error("the pool took no more work", "error", err)
	}
}
