// Package crawl is the crawl itself: it leases an address from the frontier, asks robots.txt, makes one polite
// exchange, has it archived, reads it, and puts what it leads to back into the frontier.
//
// In goes a seed list, an archive and a frontier; out come captures, reports and events in the archive, and a summary.
// The order of one visit is always the same: exchange → capture durable → links and report derived → report durable →
// lease acknowledged together with its outlinks. A crash between any two steps repeats at most the exchange in flight.
//
// Politeness is decided here and kept in the frontier: one request in flight per host, a delay from completion,
// Retry-After and back-off that survive restarts, a gap per resolved address. Rooms below know nothing of it.
package crawl
