package pdf

import (
	"strings"
	"unicode"

	"nianbao/document"
)

// goodQuality is the share below which a text is flagged.
const goodQuality = 0.5

// anchors are words that every report of this kind holds.
var anchors = []string{"政府信息公开", "第二十条第", "申请人情况", "行政复议", "总体情况", "主动公开"}

// quality judges whether a text reads like one, from 0 to 1. Fonts without a map to Unicode give plausible rare
// characters, so that Chinese alone proves nothing: what counts is how many of the characters are common ones. Short
// texts are given the benefit of the doubt.
func quality(d *document.Document) float64 {
	s := d.Text()
	var seen, bad, han, common, kana, accents int
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			continue
		case r == 0xfffd || unicode.Is(unicode.Co, r) || unicode.IsControl(r):
			bad++
		case unicode.Is(unicode.Han, r):
			han++
			if strings.ContainsRune(commonHan, r) {
				common++
			}
		case unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			kana++
		case r >= 0xc0 && r < 0x180 && r != '×' && r != '÷':
			accents++
		}
		seen++
	}
	if seen < 40 && 3*bad < seen {
		return 1
	}
	q := 1 - min(1, 6*float64(bad)/float64(seen))
	switch share := float64(accents) / float64(seen); { // accented letters where there should be Chinese: codes read as Latin
	case 2*han > seen:
		q = min(q, 1-min(1, 30*share))
	case share > 0.15:
		q = min(q, 1-min(1, 3*share))
	}
	if han >= 60 && kana*10 < han {
		share := float64(common) / float64(han)
		for _, a := range anchors {
			if strings.Contains(s, a) {
				share += 0.15
			}
		}
		// Half of running text are among the commonest characters; of names and lists, a third.
		q = min(q, share/0.5)
	}
	return q
}

// commonHan are some five hundred of the commonest characters, in use here and in traditional script.
const commonHan = "的一是了不在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔" +
	"府申请监督服务网站群众情况推进规范审批处理诉讼维持纠正未提供属于机构收费县镇街道办局委员会议案" +
	"這個們來為國說時會對過發後裡種經麼學現當沒動還進樣開從實軍無與長機業將兩間問並應戰頭體見產話給門東聲員論處義條氣題爾別變電數報結務場計議資許統區隊決馬書則聽卻達強難權記據邊張該規萬覺術領確傳師觀讓識帶導爭運筆總關點"
