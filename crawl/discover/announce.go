package discover

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"nianbao/crawl/address"
	"nianbao/crawl/portal"
	"nianbao/document"
	"nianbao/report"
)

var fileSuffix = regexp.MustCompile(`(?i)(?:^附件\d*)|\.?(?:pdf|docx?|wps|ofd|xlsx?|zip|rar)(?:版|格式)?$`)

// Announces reports whether a page that carries a report's title, but not its body, announces that report. A page whose
// title stands there only as the text of a link to another page is a list, and so is one that links to the files of
// several reports without being called after one.
func Announces(doc *document.Document, page *url.URL, v report.Verdict, leads []portal.Lead) bool {
	if v.Score < leastAlone {
		return announcesFiles(leads)
	}
	own := classify(doc.Title) == article
	title := squeeze(v.Title)
	here := address.Key("GET", address.Canonical(page.String()), "")
	if !own && (classify(v.Title) != article || utf8.RuneCountInString(title) > longestTitle) {
		return false
	}
	files := map[string]bool{}
	entries := 0
	for _, l := range leads {
		if l.InBody && l.Role == portal.RolePage && utf8.RuneCountInString(l.Text) > longestLabel {
			entries++
		}
		if classify(l.Text) != article {
			continue
		}
		text := squeeze(fileSuffix.ReplaceAllString(strings.TrimSpace(l.Text), ""))
		if l.Role == portal.RoleAttachment {
			files[fileSuffix.ReplaceAllString(text, "")] = true
			continue
		}
		if !own && (strings.Contains(title, text) || strings.Contains(text, title)) && address.Key(l.Method, l.URL, l.Body) != here {
			return false
		}
	}
	return own || len(files) < 2 && entries < listed
}

// leastAlone is how sure a verdict is, at the least, for an announcement to count when its files hold no report.
const leastAlone = 0.5

// StandsAlone reports whether an announcement counts as a report even when none of its files holds one or can be fetched.
// It does when its own page carries the title of a report, and not when only the link to it did.
func StandsAlone(v report.Verdict) bool { return v.IsReport && (v.Complete || v.Score >= leastAlone) }

// announcesFiles reports whether a page that only its link called a report has a file that may be it, and is no list.
func announcesFiles(leads []portal.Lead) bool {
	files, entries := 0, 0
	for i := range leads {
		l := &leads[i]
		if l.Role == portal.RoleAttachment && !portal.IsPicture(l.URL) && kindOf(l.Text, 2) != falseClass {
			files++
		}
		if l.Role == portal.RolePage && l.InBody && utf8.RuneCountInString(l.Text) > longestLabel {
			entries++
		}
	}
	return files > 0 && entries < listed
}

const (
	longestLabel = 8  // characters of a link that is no entry of a list
	longestTitle = 70 // characters of a report's title; more are several titles in one
	listed       = 5  // entries that make a page without a report's title a list
)

var collective = regexp.MustCompile(`各部门|各单位|各乡镇|各镇街|各街道|各县区|各区县|各县市|各级|部门和单位|部门、单位|全市各|全县各|全区各|(?:部门|单位|乡镇|镇街|县区|区县)$`)

// Collective reports whether a name is that of a group of bodies (各部门, 乡镇街道) and not of one that reports.
func Collective(name string) bool { return collective.MatchString(name) }

const (
	// leastProse is how much a page says before it can be an article, in octets.
	leastProse = 400
	// linkedShare is the part of the words of an article that its links hold at the most: less than a third.
	linkedShare = 3
)

// Article reports whether a page says something itself, where a list only names what it leads to.
func Article(doc *document.Document, leads []portal.Lead) bool {
	words, linked := 0, 0
	for _, b := range doc.Blocks {
		words += len(b.Text)
		if b.Table != nil {
			for _, c := range b.Table.Cells {
				words += len(c.Text)
			}
		}
	}
	for _, l := range leads {
		if l.InBody && l.Role == portal.RolePage {
			linked += len(l.Text)
		}
	}
	return words > leastProse && linkedShare*linked < words
}
