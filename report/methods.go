package report

// Methods by which the numbers of a table were read; a table without one was read cell by cell, each number beside its
// label.
const (
	MethodColumns = "column_order" // numbers column by column, apart from their labels: the only order in which all sums hold
	MethodAbove   = "above_labels" // each row's numbers above its label: proved by all sums
)

func (x *tableReader) method(table, name string) {
	if x.r.Methods == nil {
		x.r.Methods = map[string]string{}
	}
	x.r.Methods[table] = name
}
