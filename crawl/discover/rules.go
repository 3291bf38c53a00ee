package discover

var (
	pages = of(toPage, toList)
	// fitting are words that do not speak against a promising address: none that say anything, or some that are looked for.
	fitting = of(silent, falseClass, year, body, directory, hub, disclosure, column, partial, article)
)

// rules are the policy of the search: what a link is worth, by what its words and its address promise, and by how much
// its page is a column of reports (heat: 2 it is one, 1 it leads to columns, 0 neither). The first rule that matches
// decides. Text is believed before paths: a false friend in a promising directory is a false friend.
var rules = []rule{
	// Files count where they are named as reports, stand on a page that announces one, or are the entries of a column.
	{name: "file-picture", roles: of(toFile), with: picture, score: 0, en: "a picture", zh: "图片"},
	{name: "file-title", roles: of(toFile), words: of(article), score: 950, en: "a file named as a report of a year", zh: "文件名称为某年度报告"},
	{name: "file-partial-title", roles: of(toFile), words: of(partial), heat: of(2), score: 930, en: "a file in a column of reports, named by part of the title of one", zh: "年报栏目中名称为不完整年报标题的文件"},
	{name: "file-partial-title-hub", roles: of(toFile), words: of(partial), heat: of(1), score: 720, en: "a file on a page about disclosure, named by part of the title of a report", zh: "公开类页面上名称为不完整年报标题的文件"},
	{name: "file-cut-title", roles: of(toFile), words: of(partial), score: 520, en: "a file named by a cut title that speaks of disclosure", zh: "名称为被截断的公开类标题的文件"},
	{name: "file-false-friend", roles: of(toFile), words: of(falseClass), without: announces | reports, score: 0, en: "a file named as something that is often taken for a report", zh: "文件名称为易混淆的其他材料"},
	{name: "file-announced", roles: of(toFile), with: announces, score: 940, en: "a file on the page that announces a report", zh: "公布年报的页面所附文件"},
	{name: "file-beside-report", roles: of(toFile), with: reports, score: 860, en: "a file beside the text of a report", zh: "年报正文页面所附文件"},
	{name: "file-column-name", roles: of(toFile), words: of(column), score: 880, en: "a file named like a column of reports", zh: "文件名称与年报栏目相同"},
	{name: "file-in-column", roles: of(toFile), words: of(silent, year, body, directory), heat: of(2), score: 740, en: "a file in a column of reports, named by a year, a body or not at all", zh: "年报栏目中以年份或单位命名、或未命名的文件"},
	{name: "file-among-titles", roles: of(toFile), words: of(other), with: amongTitles, score: 740, en: "a file at a place of the template where most links are titles of reports", zh: "与多数年报标题处于同一列表位置的文件"},
	{name: "file-in-column-body", roles: of(toFile), heat: of(2), with: inBody, score: 350, en: "some other file in the list of a column of reports", zh: "年报栏目列表中的其他文件"},
	{name: "file-elsewhere", roles: of(toFile), score: 0, en: "a file that nothing connects with a report", zh: "与年报无关的文件"},

	{name: "search", roles: of(toSearch), score: 296, en: "the portal's own search, asked for reports", zh: "站内搜索年报"},
	{name: "sitemap", roles: of(toSitemap), score: 60, en: "a site map", zh: "网站地图"},

	// Script files: worth a request when their page shows no way on, or when their name says that they hold navigation.
	{name: "script-library", roles: of(toScript), with: library, score: 0, en: "a script of general use", zh: "通用脚本"},
	{name: "script-telling-home", roles: of(toScript), with: barren | telling | home, score: 730, en: "the front page shows no way on, and the name of the script promises navigation", zh: "首页没有可用链接，脚本名称像是导航"},
	{name: "script-telling-column", roles: of(toScript), heat: of(1, 2), with: barren | telling, score: 730, en: "a page about disclosure shows no way on, and the name of the script promises a list", zh: "公开类页面没有可用链接，脚本名称像是列表"},
	{name: "script-general-home", roles: of(toScript), with: barren | general | home, score: 702, en: "the front page shows no way on: a script of the site's own may draw its menus", zh: "首页没有可用链接，菜单可能由本站脚本生成"},
	{name: "script-navigation", roles: of(toScript), with: telling | home, score: 690, en: "the name of a script of the front page promises navigation", zh: "首页脚本名称像是导航"},
	{name: "script-in-column", roles: of(toScript), heat: of(2), with: barren, score: 710, en: "a column of reports shows none: a script may draw them", zh: "年报栏目没有条目，可能由脚本生成"},
	{name: "script-home", roles: of(toScript), with: barren | home, score: 710, en: "the front page shows no way on: a script may draw its menus", zh: "首页没有可用链接，菜单可能由脚本生成"},
	{name: "script-hub", roles: of(toScript), heat: of(1), with: barren, score: 420, en: "a page about disclosure shows no way on: a script may draw its menus", zh: "公开类页面没有可用链接，菜单可能由脚本生成"},
	{name: "script-own-home", roles: of(toScript), with: home | ownHost, score: 290, en: "a script of the front page that lies on its own host: it may draw menus, whatever it is called", zh: "首页所用的本站脚本，无论名称，可能生成菜单"},
	{name: "script-own-hub", roles: of(toScript), heat: of(1, 2), with: ownHost, score: 280, en: "a script of a page about disclosure that lies on its own host", zh: "公开类页面所用的本站脚本"},
	{name: "script-elsewhere", roles: of(toScript), score: 0, en: "a script of a page that shows its links itself", zh: "页面自身已有链接，无需脚本"},

	// Services that answer with the entries of a list.
	{name: "service-announced", roles: of(toService), with: announces | inBody, score: 850, en: "a service of the page that announces a report: it may name the files", zh: "公布年报的页面所用接口，可能列出附件"},
	{name: "service-of-report", roles: of(toService), with: reports, score: 0, en: "a service of a page that is a report already", zh: "页面本身已是年报，无需接口"},
	{name: "service-named", roles: of(toService), words: of(column, article), score: 890, en: "a service named as reports", zh: "以年报命名的接口"},
	{name: "service-path", roles: of(toService), path: of(column), score: 890, en: "a service whose address carries the token of reports", zh: "地址含年报标记的接口"},
	{name: "service-in-column", roles: of(toService), heat: of(2), score: 790, en: "a service of a column of reports", zh: "年报栏目所用接口"},
	{name: "service-hub-body", roles: of(toService), heat: of(1), with: inBody, score: 430, en: "a service in the main content of a page about disclosure", zh: "公开类页面正文所用接口"},
	{name: "service-hub", roles: of(toService), heat: of(1), score: 110, en: "a service beside the main content of a page about disclosure", zh: "公开类页面正文以外的接口"},
	{name: "service-body", roles: of(toService), with: inBody, score: 90, en: "a service in the main content of some page", zh: "其他页面正文所用接口"},
	{name: "service-elsewhere", roles: of(toService), score: 8, en: "a service of some page", zh: "其他页面的接口"},

	// Pages, by their words.
	{name: "inside-report", roles: pages, words: of(silent), with: reports | inBody, score: 0, en: "a link without words inside the text of a report", zh: "年报正文内的无字链接"},
	{name: "title", roles: pages, words: of(article), score: 960, en: "the title of a report, or an address that selects a year's", zh: "链接文字为年报标题，或地址指定了年份"},
	{name: "false-friend", roles: pages, words: of(falseClass), score: 0, en: "the title of something that is often taken for a report", zh: "链接文字为易混淆的其他材料"},
	{name: "column-false-path", roles: pages, words: of(column), path: of(falseClass), score: 320, en: "named as a column of reports, at the address of something else", zh: "名为年报栏目，地址却属其他材料"},
	{name: "column-full-name", roles: pages, words: of(column), with: fullName, score: 900, en: "named as a column of reports", zh: "链接文字为年报栏目"},
	{name: "column-name-and-path", roles: pages, words: of(column), path: of(column), score: 900, en: "named as a column of reports, and its address says so too", zh: "链接文字与地址均指向年报栏目"},
	{name: "column-name-near", roles: pages, words: of(column), heat: of(1, 2), score: 900, en: "named as a column of reports, on a page about disclosure", zh: "公开类页面上名为年报的栏目"},
	{name: "column-short-name", roles: pages, words: of(column), score: 600, en: "named 年度报告 or alike on a page that is not about disclosure: any yearly report may be meant", zh: "非公开类页面上仅称“年度报告”，可能是其他年报"},
	{name: "false-path", roles: pages, path: of(falseClass), score: 0, en: "the address of something that is often taken for a report", zh: "地址属易混淆的其他材料"},

	// Part of a title, and what stands among titles.
	{name: "partial-title-column", roles: of(toPage), words: of(partial), heat: of(2), score: 860, en: "part of the title of a report, in a column of reports", zh: "年报栏目中不完整的年报标题"},
	{name: "partial-title-hub", roles: of(toPage), words: of(partial), heat: of(1), score: 560, en: "part of the title of a report, on a page about disclosure", zh: "公开类页面上不完整的年报标题"},
	{name: "cut-title", roles: of(toPage), words: of(partial), score: 520, en: "a cut title that speaks of a year's disclosure", zh: "被截断的公开类标题"},
	{name: "among-titles", roles: of(toPage), words: of(other), with: amongTitles, score: 740, en: "other words at a place of the template where most links are titles of reports", zh: "与多数年报标题处于同一列表位置的条目"},

	// Further pages of a list.
	{name: "list-in-column", roles: of(toList), heat: of(2), score: 800, en: "a further page of a column of reports", zh: "年报栏目的后续页"},
	{name: "list-hub", roles: of(toList), heat: of(1), score: 120, en: "a further page of a list about disclosure", zh: "公开类列表的后续页"},
	{name: "list-elsewhere", roles: of(toList), score: 5, en: "a further page of some list", zh: "其他列表的后续页"},

	// The ways to the bodies that report.
	{name: "directory-front", roles: of(toPage), words: of(body), with: listing | front, score: 712, en: "the front page of a body, from a directory of bodies", zh: "部门导航中的单位首页"},
	{name: "directory-front-silent", roles: of(toPage), words: of(silent), with: listing | front, score: 640, en: "the front page of another host without words, from a directory of bodies", zh: "部门导航中无文字的其他主机首页"},
	{name: "organ-front", roles: of(toPage), words: of(body), with: front, score: 706, en: "the front page of a body", zh: "单位首页"},

	// On a column of reports.
	{name: "column-year-body", roles: of(toPage), words: of(year), heat: of(2), with: inBody, score: 870, en: "a year in the list of a column of reports", zh: "年报栏目列表中的年份"},
	{name: "column-year-below", roles: of(toPage), words: of(year), heat: of(2), with: below, score: 870, en: "a year below a column of reports", zh: "年报栏目下级的年份"},
	{name: "column-organ-body", roles: of(toPage), words: of(body, directory), heat: of(2), with: inBody, score: 760, en: "a body in the list of a column of reports", zh: "年报栏目列表中的单位"},
	{name: "column-organ-below", roles: of(toPage), words: of(body, directory), heat: of(2), with: below, score: 760, en: "a body below a column of reports", zh: "年报栏目下级的单位"},
	{name: "column-organ-path", roles: of(toPage), words: of(body, directory), path: of(column), heat: of(2), score: 760, en: "a body at an address with the token of reports", zh: "地址含年报标记的单位"},
	{name: "column-disclosure", roles: of(toPage), words: of(disclosure), heat: of(2), score: 500, en: "the disclosure pages, from a column of reports", zh: "年报栏目所在的信息公开栏目"},
	{name: "column-hub", roles: of(toPage), words: of(hub), heat: of(2), score: 310, en: "the hub of disclosure, from a column of reports", zh: "年报栏目所在的政务公开栏目"},
	{name: "column-aside", roles: of(toPage), words: of(year, body, directory), heat: of(2), score: 400, en: "a year or a body beside the list of a column of reports", zh: "年报栏目列表以外的年份或单位"},
	{name: "column-path", roles: of(toPage), words: of(silent), path: of(column), heat: of(2), score: 820, en: "without words, at an address with the token of reports", zh: "无文字，地址含年报标记"},
	{name: "column-path-other", roles: of(toPage), path: of(column), heat: of(2), score: 560, en: "other words at an address with the token of reports", zh: "文字无关，地址含年报标记"},
	{name: "column-silent-body", roles: of(toPage), words: of(silent), heat: of(2), with: inBody, score: 640, en: "without words in the list of a column of reports", zh: "年报栏目列表中的无字链接"},
	{name: "column-silent-below", roles: of(toPage), words: of(silent), heat: of(2), with: below, score: 330, en: "without words below a column of reports", zh: "年报栏目下级的无字链接"},
	{name: "column-noise", roles: of(toPage), heat: of(2), with: noisy, without: inBody, score: 3, en: "words of something else beside the list of a column of reports", zh: "年报栏目列表以外的无关栏目"},
	{name: "column-entry-below", roles: of(toPage), heat: of(2), with: inBody | below, score: 180, en: "other words in the list of a column of reports, below it", zh: "年报栏目列表中位于下级的其他条目"},
	{name: "column-entry", roles: of(toPage), heat: of(2), with: inBody, score: 70, en: "other words in the list of a column of reports", zh: "年报栏目列表中的其他条目"},
	{name: "column-other", roles: of(toPage), heat: of(2), score: 10, en: "other words beside the list of a column of reports", zh: "年报栏目列表以外的其他链接"},

	// Everywhere else the address counts before the words of hubs.
	{name: "path", roles: of(toPage), words: fitting, path: of(column), score: 880, en: "an address with the token of reports, and words that do not speak against it", zh: "地址含年报标记，文字不相矛盾"},
	{name: "path-other", roles: of(toPage), path: of(column), score: 640, en: "an address with the token of reports, and other words", zh: "地址含年报标记，文字无关"},

	// On a page about disclosure.
	{name: "hub-disclosure", roles: of(toPage), words: of(disclosure), heat: of(1), score: 720, en: "disclosure pages, from a page about disclosure", zh: "公开类页面上的信息公开栏目"},
	{name: "hub-hub", roles: of(toPage), words: of(hub), heat: of(1), score: 520, en: "a hub of disclosure, from a page about disclosure", zh: "公开类页面上的政务公开栏目"},
	{name: "hub-organ-body", roles: of(toPage), words: of(body, directory), heat: of(1), with: inBody, score: 560, en: "a body in the main content of a page about disclosure", zh: "公开类页面正文中的单位"},
	{name: "hub-directory", roles: of(toPage), words: of(directory), heat: of(1), score: 540, en: "a directory of bodies, beside the main content of a page about disclosure", zh: "公开类页面正文以外的部门导航"},
	{name: "hub-organ", roles: of(toPage), words: of(body), heat: of(1), score: 340, en: "a body beside the main content of a page about disclosure", zh: "公开类页面正文以外的单位"},
	{name: "hub-year", roles: of(toPage), words: of(year), heat: of(1), score: 220, en: "a year on a page about disclosure", zh: "公开类页面上的年份"},
	{name: "hub-short-path", roles: of(toPage), path: of(year), heat: of(1), score: 420, en: "an address with a short token such as nb, on a page about disclosure", zh: "公开类页面上地址含 nb 等短标记"},
	{name: "hub-path", roles: of(toPage), words: of(silent), path: of(hub), heat: of(1), score: 200, en: "without words, at an address of disclosure pages", zh: "无文字，地址属公开类"},
	{name: "hub-silent", roles: of(toPage), words: of(silent), heat: of(1), score: 80, en: "without words, on a page about disclosure", zh: "公开类页面上的无字链接"},
	{name: "hub-speaks", roles: of(toPage), words: of(other), heat: of(1), with: speaks, score: 440, en: "words that speak of disclosure or of a special page, on a page about disclosure", zh: "公开类页面上提及公开或专栏的栏目"},
	{name: "hub-noise", roles: of(toPage), heat: of(1), with: noisy, score: 3, en: "words of something else, on a page about disclosure", zh: "公开类页面上的无关栏目"},
	{name: "hub-news", roles: of(toPage), words: of(other), heat: of(1), with: long, score: 3, en: "words as long as the title of an article, on a page about disclosure", zh: "公开类页面上长如新闻标题的文字"},
	{name: "hub-entry", roles: of(toPage), heat: of(1), with: inBody, score: 130, en: "other words in the main content of a page about disclosure", zh: "公开类页面正文中的其他条目"},
	{name: "hub-other", roles: of(toPage), heat: of(1), score: 50, en: "other words beside the main content of a page about disclosure", zh: "公开类页面正文以外的其他链接"},

	{name: "directory-organ", roles: of(toPage), words: of(body), with: listing | inBody, score: 520, en: "a body in a directory of bodies", zh: "部门导航中的单位"},
	{name: "directory", roles: of(toPage), words: of(directory), heat: of(0), score: 704, en: "a directory of bodies", zh: "部门导航"},

	// On any other page.
	{name: "disclosure", roles: of(toPage), words: of(disclosure), score: 780, en: "disclosure pages", zh: "信息公开栏目"},
	{name: "hub", roles: of(toPage), words: of(hub), score: 700, en: "a hub of disclosure", zh: "政务公开栏目"},
	{name: "disclosure-path", roles: of(toPage), words: fitting, path: of(hub), score: 420, en: "an address of disclosure pages, and words that do not speak against it", zh: "地址属公开类，文字不相矛盾"},
	{name: "disclosure-path-other", roles: of(toPage), path: of(hub), score: 90, en: "an address of disclosure pages, and other words", zh: "地址属公开类，文字无关"},
	{name: "organ", roles: of(toPage), words: of(body), score: 150, en: "the name of a body", zh: "单位名称"},
	{name: "year", roles: of(toPage), words: of(year), score: 100, en: "a year", zh: "年份"},
	{name: "silent", roles: of(toPage), words: of(silent), score: 60, en: "without words", zh: "无文字"},
	{name: "speaks", roles: of(toPage), words: of(other), with: speaks, score: 140, en: "words that speak of disclosure or of a special page", zh: "提及公开或专栏的栏目"},
	{name: "news", roles: of(toPage), words: of(other), with: long, score: 3, en: "words as long as the title of an article", zh: "文字长如新闻标题"},
	{name: "noise", roles: of(toPage), with: noisy, score: 22, en: "words of something else", zh: "无关栏目"},
	{name: "entry", roles: of(toPage), with: entry, score: 2, en: "an entry of a list of news", zh: "新闻列表条目"},
	{name: "other", score: 40, en: "words that say nothing of reports", zh: "文字与年报无关"},
}

// amendments change scores in the light of the whole page, in this order. Those of settled come before the best link of the
// page is known, those of page after.
var settled = []amendment{
	{rule: rule{name: "service-repeated", roles: of(toService), heat: of(0, 1), with: repeated, score: 100, en: "a further request to a service whose first answer tells whether the others are worth it", zh: "同一接口的后续请求，先看第一页"}},
	// A search that has found nothing else looks at the pages for telephones.
	{rule: rule{name: "twin", with: twin, score: twinMost, en: "a host for telephones, which shows again what another host shows", zh: "手机版站点，内容与主站重复"}},
}

var whole = []amendment{
	{rule: rule{name: "picture-of-report", roles: of(toFile), with: picture | announces | inBody | onlyPictures, score: 930, en: "a picture on a page that has the title of a report, no text of one and no other file", zh: "页面有年报标题而无正文和其他附件，图片可能即正文"}, least: true},
	{rule: rule{name: "sends-on-home", with: sendsOn | home, score: 890, en: "the front page only sends on", zh: "首页仅作跳转"}, least: true},
	{rule: rule{name: "sends-on", heat: of(1, 2), with: sendsOn, score: 890, en: "a page about disclosure only sends on", zh: "公开类页面仅作跳转"}, least: true},
	{rule: rule{name: "frame-home", roles: of(toPage), with: frame | barren | doubtful | home, score: 720, en: "the front page shows no way on, and a frame may", zh: "首页没有可用链接，可能在框架中"}, least: true},
	{rule: rule{name: "frame", roles: of(toPage), heat: of(1, 2), with: frame | barren | doubtful, score: 720, en: "a page about disclosure shows no way on, and a frame may", zh: "公开类页面没有可用链接，可能在框架中"}, least: true},
}
