package runner

// list is a doubly linked list whose links lie in its elements, so that an element is taken out of the middle without
// a search and put in without an allocation. The zero value is empty.
type list[T any] struct {
	first, last *node[T]
	size        int
}

// node is an element's place in the one list that it may be on.
type node[T any] struct {
	owner      *T
	on         *list[T] // nil when on none
	prev, next *node[T]
}

// front returns the first element, or nil.
func (l *list[T]) front() *T {
	if l.first == nil {
		return nil
	}
	return l.first.owner
}

// push puts an element, whose node is n, at the end. It must be on no list.
func (l *list[T]) push(owner *T, n *node[T]) {
	*n = node[T]{owner: owner, on: l, prev: l.last}
	if l.last == nil {
		l.first = n
	} else {
		l.last.next = n
	}
	l.last = n
	l.size++
}

// unlink takes the element off its list, if it is on one.
func (n *node[T]) unlink() {
	l := n.on
	if l == nil {
		return
	}
	if n.prev == nil {
		l.first = n.next
	} else {
		n.prev.next = n.next
	}
	if n.next == nil {
		l.last = n.prev
	} else {
		n.next.prev = n.prev
	}
	*n = node[T]{}
	l.size--
}

// each calls f for every element; f may unlink it.
func (l *list[T]) each(f func(*T)) {
	for n := l.first; n != nil; {
		next := n.next
		f(n.owner)
		n = next
	}
}
