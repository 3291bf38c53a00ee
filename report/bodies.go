package report

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	quoted    = regexp.MustCompile(`《([^《》]*公开[^《》]*)》`)
	aboutYear = regexp.MustCompile(`^(.*?)关于(?:(?:19|20)\d{2}年?度?)?(.*)$`)
	trailYear = regexp.MustCompile(`[_\-—]?(?:19|20)\d{2}年?度?[_\-—]?$`)
)

// BodyOf is the body a title names, blanks removed: what stands before or behind the year and before 政府信息公开. Of a
// notice that publishes a report it is the body of the report; where it names only who gives notice, see GivesNotice, it
// is that body, and the department whose office does so.
func BodyOf(title string) string {
	name, _ := bodyOf(title)
	return name
}

// GivesNotice reports whether a title is that of a notice which names no body but the one that gives notice: a report
// that it carries may be that of another, and names it.
func GivesNotice(title string) bool {
	name, issuer := bodyOf(title)
	return issuer && name != ""
}

// noticeEnd is how titles of notices end.
var noticeEnd = regexp.MustCompile(`(?:公告|通告|公示|通知|函)[)）]?$`)

// officeOf is the office of a department or a committee, which gives notice for it. The office of a government is a body
// with reports of its own.
var officeOf = regexp.MustCompile(`^(.{2,}(?:局|委员会|委|厅|部|署|院|处|中心|公司|管委会))(?:党政|综合)?办公[室厅]$`)

// ownOffice are committees that act through their office, which is a body with reports of its own.
var ownOffice = regexp.MustCompile(`(?:编制|信息化|外事|财经|安全|台湾事务)(?:工作)?委员会$`)

func bodyOf(title string) (name string, issuer bool) {
	if m := quoted.FindStringSubmatch(title); m != nil {
		if name, _ := bodyOf(m[1]); name != "" {
			return name, false
		}
	}
	m := bodyForm.FindStringSubmatch(title)
	if m == nil {
		return "", false
	}
	name = m[1]
	if a := aboutYear.FindStringSubmatch(name); a != nil {
		if name = a[2]; withoutTask(name) == "" {
			name, issuer = a[1], noticeEnd.MatchString(title)
		}
	} else if noticeEnd.MatchString(title) && strings.Contains(title, name+"关于") {
		issuer = name != "" // 某局关于2023年…的公告: the form has dropped the word
	}
	if o := officeOf.FindStringSubmatch(name); issuer && o != nil && !ownOffice.MatchString(o[1]) {
		name = o[1]
	}
	name = trailYear.ReplaceAllString(name, "")
	name = strings.Trim(name, "《》〈〉<>_-—:：、，,的· ")
	name = withoutTask(name)
	if strings.HasSuffix(name, "人民") {
		name += "政府" // 某县人民政府信息公开…
	}
	if strings.ContainsAny(name, "。；《》") || utf8.RuneCountInString(name) < 2 || utf8.RuneCountInString(name) > 45 {
		return "", false
	}
	return name, issuer
}

// task is what a notice asks for, which stands where a title has its body.
var task = regexp.MustCompile(`^(?:认真|切实|进一步|及时|抓紧)?(?:做好|编制|编写|编报|填报|填写|报送|上报|发布|公布|公开|撰写|起草|开展|组织|规范|加强|推进|完善|提交)+(?:和|与|、|好|及)?`)

// withoutTask takes such words off a name: 编制发布 names no body, 编制委员会 does.
func withoutTask(name string) string {
	for {
		m := task.FindString(name)
		if rest := name[len(m):]; m == "" || strings.HasPrefix(rest, "委") || strings.HasPrefix(rest, "办") || strings.HasPrefix(rest, "局") {
			return name
		} else {
			name = rest
		}
	}
}

func looksLikeBody(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 3 && n <= 40 && endsLikeBody(s) && !strings.Contains(s, "网站") && !strings.HasSuffix(s, "门户网")
}
