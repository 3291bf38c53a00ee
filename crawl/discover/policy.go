package discover

// The bounds between what is always followed, what is followed within a budget, and what only a portal that has shown
// nothing yet is searched for. A score of 0 means never.
const (
	Sure     = 700
	Likely   = 300
	Possible = 1

	// twinMost is the most that a link to a mobile edition is worth: less than a likely link on the main host.
	twinMost = 290
)

// A Tier names the range a score lies in.
type Tier string

// The tiers.
const (
	TierSure     Tier = "sure"     // asked for first, whatever the budget of its host
	TierLikely   Tier = "likely"   // asked for within the budget
	TierPossible Tier = "possible" // asked for while the portal has shown no report
	TierNever    Tier = "never"
)

// TierOf is the tier of a score.
func TierOf(score int) Tier {
	for _, t := range tiers {
		if score >= t.from {
			return t.tier
		}
	}
	return TierNever
}

// tiers are the tiers from the highest down, with the least score of each.
var tiers = [...]struct {
	from int
	tier Tier
}{{Sure, TierSure}, {Likely, TierLikely}, {Possible, TierPossible}}

// A set is a set of roles, kinds or heats; the empty one stands for all.
type set uint16

// of makes a set of small numbers.
func of[T role | kind | int](members ...T) set {
	var s set
	for _, m := range members {
		s |= 1 << m
	}
	return s
}

func (s set) holds(m uint) bool { return s == 0 || s&(1<<m) != 0 }

// A rule gives links a score. It matches where every condition that it names holds.
type rule struct {
	name    string // stable: logs, tests and explanations use it
	roles   set
	words   set
	path    set
	heat    set
	with    facts // all of these hold
	without facts // none of these holds
	score   int
	en, zh  string // the reason in words
}

// matches looks at what costs nothing first.
func (r *rule) matches(f *features) bool {
	return r.roles.holds(uint(f.role)) && r.words.holds(uint(f.words)) && r.path.holds(uint(f.path)) && r.heat.holds(uint(f.heat)) &&
		f.has(r.with) && !f.hasAny(r.without)
}

// rate is the first rule that matches. The last of the table matches everything.
func rate(f *features) *rule {
	for i := range rules {
		if rules[i].matches(f) {
			return &rules[i]
		}
	}
	panic("discover: no rule matches") // the last row of the table takes everything, as a test holds
}

// An amendment changes a score once all links of the page are known: to at least, or to at most, its score.
type amendment struct {
	rule
	least bool // raise to the score; else lower to it
}

func (a *amendment) apply(score int) int {
	if a.least {
		return max(score, a.score)
	}
	return min(score, a.score)
}
