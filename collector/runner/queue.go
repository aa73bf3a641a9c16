package runner

// deviceLimit is how many runs one device has in flight while others wait.
const deviceLimit = 10

// queue holds the jobs that wait for their start and decides which is next. Its limits are bulkheads: while others
// wait, the jobs of one plugin hold at most half of the runs in flight and those of one device at most deviceLimit;
// what nobody else wants anybody may use. So there are three tiers, and a lower one is served when those above are
// empty: plugins below their share, plugins at it, jobs of devices at their limit. Within a tier plugins take turns;
// within a plugin jobs start in the order they came.
//
// A job that its device's limit holds back is parked with the device and comes back when a run of the device ends.
// It is moved once, so no decision ever walks over what is blocked.
type queue struct {
	share   int // of one plugin
	groups  map[groupKey]*group
	devices map[string]*device // those with a run in flight or a parked job
	open    list[group]        // below their share, with jobs
	full    list[group]        // at their share, with jobs
	blocked list[device]       // with parked jobs
	spare   []*device          // emptied, for reuse
	size    int
}

type groupKey struct{ sourceType, class string }

// group is the jobs of one plugin.
type group struct {
	place    node[group]
	jobs     deque[Job]
	inFlight int
}

// device is the bulkhead of one device.
type device struct {
	place    node[device]
	parked   deque[Job]
	inFlight int
}

func newQueue(maxParallel int) queue {
	q := queue{groups: map[groupKey]*group{}, devices: map[string]*device{}}
	q.setMaxParallel(maxParallel)
	return q
}

// setMaxParallel changes the plugins' share. Plugins whose side of it changes are sorted anew.
func (q *queue) setMaxParallel(n int) {
	q.share = max(1, n/2)
	for _, g := range q.groups {
		q.sort(g)
	}
}

// push adds a job.
func (q *queue) push(job Job) {
	g := q.groupOf(job.Task)
	g.jobs.pushBack(job)
	q.size++
	if g.place.on == nil {
		q.sort(g)
	}
}

func (q *queue) groupOf(t *Task) *group {
	if t.group == nil {
		key := groupKey{t.Config.Type(), t.class()}
		if q.groups[key] == nil {
			q.groups[key] = &group{}
		}
		t.group = q.groups[key]
	}
	return t.group
}

// sort puts the group at the end of the list where it belongs, unless it is there already.
func (q *queue) sort(g *group) {
	home := &q.open
	switch {
	case g.jobs.len() == 0:
		home = nil
	case g.inFlight >= q.share:
		home = &q.full
	}
	if g.place.on != home {
		g.place.unlink()
		if home != nil {
			home.push(g, &g.place)
		}
	}
}

// next takes the job that may start now and counts it as in flight.
func (q *queue) next() (Job, *device, bool) {
	if job, dev, ok := q.nextOf(&q.open); ok {
		return job, dev, true
	}
	if job, dev, ok := q.nextOf(&q.full); ok {
		return job, dev, true
	}
	if dev := q.blocked.front(); dev != nil {
		job := dev.parked.popFront()
		q.turn(dev)
		q.started(job, dev)
		return job, dev, true
	}
	return Job{}, nil, false
}

// nextOf takes the next job of the list's groups, parking those whose device is at its limit.
func (q *queue) nextOf(groups *list[group]) (Job, *device, bool) {
	for g := groups.front(); g != nil; g = groups.front() {
		for g.jobs.len() > 0 {
			job := g.jobs.popFront()
			dev := q.deviceOf(job.Task)
			if dev.inFlight >= deviceLimit {
				q.park(job, dev)
				continue
			}
			g.place.unlink()
			q.started(job, dev)
			return job, dev, true
		}
		g.place.unlink()
	}
	return Job{}, nil, false
}

func (q *queue) started(job Job, dev *device) {
	q.size--
	dev.inFlight++
	job.Task.group.inFlight++
	q.sort(job.Task.group)
}

// ended takes a run out of the count and lets in what its device held back.
func (q *queue) ended(t *Task, dev *device) {
	t.group.inFlight--
	q.sort(t.group)
	dev.inFlight--
	if dev.parked.len() > 0 && dev.inFlight < deviceLimit {
		job := dev.parked.popFront()
		q.turn(dev)
		g := job.Task.group
		g.jobs.pushFront(job)
		q.sort(g)
	}
	if dev.inFlight == 0 && dev.parked.len() == 0 {
		delete(q.devices, t.device())
		q.spare = append(q.spare, dev)
	}
}

func (q *queue) park(job Job, dev *device) {
	dev.parked.pushBack(job)
	if dev.place.on == nil {
		q.blocked.push(dev, &dev.place)
	}
}

// turn moves a device from which a job was taken behind the others.
func (q *queue) turn(dev *device) {
	dev.place.unlink()
	if dev.parked.len() > 0 {
		q.blocked.push(dev, &dev.place)
	}
}

func (q *queue) deviceOf(t *Task) *device {
	id := t.device()
	dev := q.devices[id]
	if dev == nil {
		if last := len(q.spare) - 1; last >= 0 {
			dev, q.spare = q.spare[last], q.spare[:last]
		} else {
			dev = &device{}
		}
		q.devices[id] = dev
	}
	return dev
}

// takeAll empties the queue, in no promised order.
func (q *queue) takeAll() []Job {
	jobs := make([]Job, 0, q.size)
	for _, g := range q.groups {
		for g.jobs.len() > 0 {
			jobs = append(jobs, g.jobs.popFront())
		}
		g.place.unlink()
	}
	for _, dev := range q.devices {
		for dev.parked.len() > 0 {
			jobs = append(jobs, dev.parked.popFront())
		}
		dev.place.unlink()
	}
	q.size = 0
	return jobs
}
