package discover

import "strings"

// A sense is a set of what words can mean to the policy.
type sense uint32

// A lexicon finds words in a text in one pass over it: most links of a page are told apart by which words they hold, and
// a page has hundreds of them.
type lexicon struct {
	first map[rune][]term // by the first character of the word
}

type term struct {
	word  string
	sense sense
}

func newLexicon(words map[sense][]string) *lexicon {
	x := &lexicon{first: map[rune][]term{}}
	for s, list := range words {
		for _, w := range list {
			r := firstRune(w)
			x.first[r] = append(x.first[r], term{w, s})
		}
	}
	return x
}

// senses are all that the words in a text mean, one or several.
func (x *lexicon) senses(text string) sense {
	var found sense
	for i, r := range text {
		for _, t := range x.first[r] {
			if found&t.sense != t.sense && strings.HasPrefix(text[i:], t.word) {
				found |= t.sense
			}
		}
	}
	return found
}
