// Package frontier keeps what is to be visited: every address a crawl knows, in a queue per host, with the state that
// politeness needs of each host.
//
// In go addresses as they are discovered; out come leases, at most one per host at a time, and only once the host's delay
// has run out. The verbs follow URLFrontier: put what was discovered, lease what is due, acknowledge it together with
// what it led to, set a host's delay, block a host until a time. An acknowledgement and its outlinks are one
// transaction. What was acknowledged survives a kill at any moment; what was leased at that moment is due again, and its
// host rests for its delay first, since its last request may have ended just before the kill.
//
// Memory grows with hosts, not with addresses. The interface exists so that a store for many machines can stand in for
// the one on this disk; package frontiertest holds what every store must do.
package frontier

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Key identifies an address: the digest of its canonical request.
type Key [16]byte

// An Item is one address to visit.
type Item struct {
	Key         Key
	URL         string
	Method      string // "" means GET
	Body        string // of a POST
	ContentType string // of Body
	Host        string // whose queue and whose politeness
	Portal      string
	Via         string // the address that led here
	Priority    int    // 0..1000, higher first
	Depth       int
	Due         time.Time // zero: now
	Attempts    int       // visits so far that ended in a failure that may pass
	Context     []byte    // the engine's own; opaque here
	ETag        string
	LastMod     string
}

// A Lease is an item that is being visited.
type Lease struct {
	Item
	At time.Time
}

// Done is what a visit came to.
type Done struct {
	Completed time.Time // when the last octet was read; the host's delay counts from here
	NextDue   time.Time // when the address is due again; zero: never
	Retry     bool      // the visit failed for a reason that may pass: attempts are counted up, else set to zero
	Priority  int       // of the next visit; 0 keeps the old one
	Context   []byte    // replaces the item's unless nil
	ETag      string
	LastMod   string
	Outcome   string // counted for the host
	Bytes     int64
	Outlinks  []Item
	Cut       string // set: there was no visit, the address is given up for this reason
	Host      *HostUpdate
}

// A HostUpdate changes a host in the transaction that ends a visit. Zero fields change nothing.
type HostUpdate struct {
	Delay       time.Duration
	BlockUntil  time.Time
	BlockReason string
	Data        []byte
	Rules       map[string][]byte // robots.txt by authority; an empty one is forgotten
	Cut         map[string]int    // addresses that were never put, by reason
}

// A Return is how a lease is given back without the visit having come to an end. The address keeps its place in the
// queue; neither it nor anything else of its host is leased before NotBefore.
type Return struct {
	NotBefore time.Time
	Completed time.Time // of a request that was made all the same, such as one for robots.txt; zero: there was none
	Outcome   string    // of that request
	Bytes     int64
	Context   []byte // replaces the item's unless nil
	Host      *HostUpdate
}

// State is where an address stands.
type State string

// The states of an address.
const (
	Unknown State = ""
	Ready   State = "ready"  // due as soon as its host allows
	Later   State = "later"  // due at a time to come
	Leased  State = "leased" // being visited
	Closed  State = "closed" // visited and never due again
	Dropped State = "cut"    // given up without a visit; put again with a higher priority it is ready again
)

// A HostState is everything kept of one host.
type HostState struct {
	Host         string         `json:"host"`
	Portal       string         `json:"portal,omitempty"`
	Ready        int            `json:"ready"`
	Later        int            `json:"later"`
	Leased       bool           `json:"leased"`
	Delay        time.Duration  `json:"delay_ns"`
	NextAllowed  time.Time      `json:"next_allowed,omitzero"`
	BlockedUntil time.Time      `json:"blocked_until,omitzero"`
	BlockReason  string         `json:"block_reason,omitempty"`
	Requests     int            `json:"requests"`
	Bytes        int64          `json:"bytes"`
	Outcomes     map[string]int `json:"outcomes,omitempty"`
	Cut          map[string]int `json:"cut,omitempty"`     // addresses not visited, by reason
	Last         time.Time      `json:"last,omitzero"`     // end of the last request
	NextDue      time.Time      `json:"next_due,omitzero"` // of the addresses in Later; Hosts alone says it
	Data         []byte         `json:"data,omitempty"`
}

// Counts are totals over all hosts.
type Counts struct{ Known, Ready, Later, Leased int }

// An Outlook is what lies before a run: the hosts that take part in it and have something due.
type Outlook struct {
	Queued  int           // addresses due on hosts that are not blocked for longer than the horizon
	Waiting int           // of those hosts, the ones without a lease
	Blocked int           // hosts blocked for longer than the horizon
	Longest time.Duration // that the longest queue takes at its host's delay
}

// A Frontier is a store of addresses. All methods may be called from many goroutines.
type Frontier interface {
	// Put adds discovered items; those known already are left as they are, but for a higher priority, which also takes
	// back a cut. It returns how many were new.
	Put(ctx context.Context, items ...Item) (added int, err error)
	// Recall makes known items due at a time, whatever they were waiting for; leased ones are left alone.
	Recall(ctx context.Context, due time.Time, keys ...Key) error
	// Lease takes up to max items whose hosts may be visited at now: the item of highest priority of each host, hosts
	// that have waited longest first.
	Lease(ctx context.Context, now time.Time, max int) ([]Lease, error)
	// Ack ends a visit, with its outlinks, in one transaction.
	Ack(ctx context.Context, l Lease, d Done) error
	// Release gives a lease back; the address is due again as soon as its host allows.
	Release(ctx context.Context, l Lease, r Return) error
	// SetDelay sets a host's delay between requests.
	SetDelay(ctx context.Context, host string, d time.Duration) error
	// BlockUntil keeps a host from being leased; a zero time lifts the block.
	BlockUntil(ctx context.Context, host string, until time.Time, reason string) error
	// SetData keeps the engine's own state of a host.
	SetData(ctx context.Context, host string, data []byte) error
	// SetNote keeps the engine's own state of something that is no host, such as a portal, by name; an empty one is forgotten.
	SetNote(ctx context.Context, name string, data []byte) error
	// Note returns what SetNote keeps, nil when there is nothing.
	Note(name string) ([]byte, error)
	// Notes returns all that SetNote keeps, by name.
	Notes() (map[string][]byte, error)
	// Cut closes every due item of a host whose priority is below keep, counting them under a reason, and returns how many
	// there were. Items that are due at a time to come are left alone.
	Cut(ctx context.Context, host string, keep int, reason string) (int, error)
	// CountCut counts addresses that were never put, under a reason.
	CountCut(ctx context.Context, host, reason string, n int) error
	// Lookup returns an item and its state.
	Lookup(k Key) (Item, State, error)
	// Items yields every known item of a host, or of all hosts when host is empty. Damaged ones are passed over.
	Items(host string) iter.Seq2[Item, State]
	Host(host string) (HostState, bool)
	Hosts() []HostState
	// Rules returns what HostUpdate.Rules keeps of an authority, nil when there is nothing.
	Rules(host, authority string) ([]byte, error)
	// NextDue is a time before which Lease returns nothing, and at which it is worth asking; zero when nothing is waiting.
	// Hosts with a lease out do not count. It costs the same however many hosts there are.
	NextDue(now time.Time) time.Time
	// Outlook looks over the hosts of this run; horizon is the time beyond which a blocked host is not waited for.
	Outlook(horizon time.Time) Outlook
	Counts() Counts
	Close() error
}

// ErrLocked is returned when another process has the store open.
var ErrLocked = errors.New("frontier: in use by another process")

// ErrNotLeased is returned for an acknowledgement of an item that is not leased.
var ErrNotLeased = errors.New("frontier: not leased")
