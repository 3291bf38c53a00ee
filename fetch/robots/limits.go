package robots

import "time"

const (
	// MaxBody is how many octets of a robots.txt are read; RFC 9309 §2.5 asks for at least 500 KiB.
	MaxBody = 1 << 20
	// MaxAge is how long a copy is used without asking again (RFC 9309 §2.4).
	MaxAge = 24 * time.Hour
	// MaxStale is how long the last good copy is used while its host gives no answer (RFC 9309 §2.3.1.4).
	MaxStale = 30 * 24 * time.Hour
	// MaxHops is how many redirects in a row are followed; RFC 9309 §2.3.1.2 asks for at least five.
	MaxHops = 5

	quickRetry  = time.Minute     // after the first failure of a host that answers: it may pass
	firstRetry  = 5 * time.Minute // after any other first failure; doubles with each further one
	maxRetry    = MaxAge
	maxDelay    = 24 * time.Hour // a longer Crawl-delay is taken for this
	maxSitemaps = 1000
)

// tokenOctets are what a product token is made of.
const tokenOctets = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
