package crawl

// years is a closed interval of report years; zero ends are open.
type years struct{ from, to int }

// has reports whether a report of year y is wanted; one whose year is unknown (0) is.
func (r years) has(y int) bool {
	return y == 0 || (r.from == 0 || y >= r.from) && (r.to == 0 || y <= r.to)
}
