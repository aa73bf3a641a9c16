package publisher

import (
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// queuedEvent is an event that waits to be numbered.
type queuedEvent struct {
	record   wire.Event
	size     int
	shard    uint8
	stamp    uint64 // order of arrival; renewed when a repeat moves it to the end
	key      events.DedupKey
	isClear  bool
	clearKey events.ClearKey

	links [2]struct{ prev, next *queuedEvent }
}

// The two lists that an event is in.
const (
	inAll   = 0 // the whole queue, to find the oldest
	inShard = 1 // its shard's part, to take from
)

// eventList is a doubly linked list, oldest first.
type eventList struct {
	which      int
	head, tail *queuedEvent
	len        int
}

func (l *eventList) pushBack(e *queuedEvent) {
	e.links[l.which].prev, e.links[l.which].next = l.tail, nil
	if l.tail == nil {
		l.head = e
	} else {
		l.tail.links[l.which].next = e
	}
	l.tail = e
	l.len++
}

func (l *eventList) remove(e *queuedEvent) {
	link := &e.links[l.which]
	if link.prev == nil {
		l.head = link.next
	} else {
		link.prev.links[l.which].next = link.next
	}
	if link.next == nil {
		l.tail = link.prev
	} else {
		link.next.links[l.which].prev = link.prev
	}
	link.prev, link.next = nil, nil
	l.len--
}
