package address

// Bounds of addresses.
const (
	maxLength     = 2048 // of one that is asked for, in octets
	longestRaw    = 2 * maxLength
	maxPasses     = 6  // over an address until nothing is left to drop
	maxSegments   = 24 // of a path
	maxRepeats    = 3  // of one segment in a path
	maxParameters = 16
	longestName   = 60 // of a host that is read without the whole parser
)

// Octets that mean themselves. A percent sign in a path may begin an escaped dot, so the whole parser sees it.
const (
	letters     = "abcdefghijklmnopqrstuvwxyz"
	digits      = "0123456789"
	capitals    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	hostOctets  = letters + digits + "-."
	unreserved  = letters + capitals + digits + "-._~" // RFC 3986 §2.3
	pathOctets  = unreserved + "/!$&()*+,;=:@"
	queryOctets = pathOctets + "?%"
)
