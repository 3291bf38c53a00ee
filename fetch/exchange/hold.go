package exchange

import (
	"runtime"
	"sync"
)

// hold is memory that an exchange takes up out of a budget.
type hold struct {
	once    sync.Once
	release func()
}

func (h *hold) end() { h.once.Do(h.release) }

// Hold notes that release gives back what the octets of e take of a budget. It is called by Done, or when e is no longer
// referred to; release must not refer to e.
func (e *Exchange) Hold(release func()) {
	e.held = &hold{release: release}
	runtime.AddCleanup(e, func(h *hold) { h.end() }, e.held)
}

// Done says that the octets of e are not needed any more, so that others may take up as much memory. They stay readable; it
// may be called more than once, and need not be called.
func (e *Exchange) Done() {
	if e.held != nil {
		e.held.end()
	}
}
