package pdf

// layers tells which optional content is shown (PDF 32000-1 §8.11), by the default configuration of a file.
type layers struct {
	groups map[uint32]bool // the state of those that the configuration names
	base   bool            // of all others
}

const (
	maxGroups = 100_000 // optional content groups that a configuration may name
	maxLogic  = 20      // nesting of visibility expressions
)

// layersOf reads the default configuration; nil where all content is shown.
func layersOf(root value) *layers {
	properties := root.key("OCProperties")
	if properties.kind() != dict {
		return nil
	}
	d := properties.key("D")
	l := &layers{groups: map[uint32]bool{}, base: d.key("BaseState").str() != "OFF"}
	set := func(key string, state bool) {
		for _, n := range named(d, key) {
			if len(l.groups) < maxGroups {
				l.groups[n] = state
			}
		}
	}
	set("ON", true)
	set("OFF", false)
	l.usage(d.key("AS"))
	return l
}

// usage applies the automatic states of groups for viewing on a screen.
func (l *layers) usage(list value) {
	for i := range min(list.len(), 100) {
		a := list.index(i)
		if a.key("Event").str() != "View" {
			continue
		}
		groups := a.key("OCGs")
		numbers := named(a, "OCGs")
		for k := range min(groups.len(), len(numbers), maxGroups) {
			switch groups.index(k).key("Usage").key("View").key("ViewState").str() {
			case "OFF":
				l.groups[numbers[k]] = false
			case "ON":
				l.groups[numbers[k]] = true
			}
		}
	}
}

// shown reports whether what v has at key, a group or a membership dictionary, shows its content. What cannot be made out
// is shown.
func (l *layers) shown(v value, key string) bool {
	if l == nil {
		return true
	}
	o := v.key(key)
	if o.kind() != dict {
		return true
	}
	if o.key("Type").str() != "OCMD" {
		for _, n := range named(v, key) {
			return l.on(n)
		}
		return true
	}
	if e := o.key("VE"); e.kind() == array {
		if state, ok := l.expression(e, 0); ok {
			return state
		}
	}
	return l.policy(o.key("P").str(), named(o, "OCGs"))
}

func (l *layers) on(n uint32) bool {
	if state, ok := l.groups[n]; ok {
		return state
	}
	return l.base
}

// policy combines the states of groups by the names of table 99.
func (l *layers) policy(name string, groups []uint32) bool {
	on := 0
	for _, n := range groups {
		if l.on(n) {
			on++
		}
	}
	switch {
	case len(groups) == 0:
		return true
	case name == "AllOn":
		return on == len(groups)
	case name == "AnyOff":
		return on < len(groups)
	case name == "AllOff":
		return on == 0
	}
	return on > 0
}

// expression evaluates a visibility expression: [/And a b …], [/Or a b …], [/Not a].
func (l *layers) expression(e value, depth int) (state, ok bool) {
	op := e.index(0).str()
	if depth > maxLogic || e.len() < 2 {
		return false, false
	}
	refs := written(e).a
	state = op != "Or"
	for i := 1; i < min(e.len(), 1000); i++ {
		var s bool
		switch x := e.index(i); {
		case x.kind() == array:
			if s, ok = l.expression(x, depth+1); !ok {
				return false, false
			}
		case i < len(refs) && refs[i].k == reference:
			s = l.on(uint32(refs[i].f))
		default:
			return false, false
		}
		switch op {
		case "And":
			state = state && s
		case "Or":
			state = state || s
		case "Not":
			return !s, true
		default:
			return false, false
		}
	}
	return state, true
}

// written is a value as it is written, its references unresolved.
func written(v value) obj {
	switch v := v.(type) {
	case ledongthucValue:
		x := lexer{b: []byte(v.v.String())}
		return x.object(true)
	case lenientValue:
		return v.o
	case pdfcpuValue:
		return v.written()
	}
	return obj{}
}

// named are the numbers of the objects that stand at a key: the one it refers to, or those of a list.
func named(v value, key string) []uint32 {
	list := []obj{written(v).d[key]}
	if x := v.key(key); x.kind() == array {
		list = written(x).a
	}
	var out []uint32
	for _, o := range list {
		if o.k == reference {
			out = append(out, uint32(o.f))
		}
	}
	return out
}
