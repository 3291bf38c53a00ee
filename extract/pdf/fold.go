package pdf

import "strings"

// fold makes of a glyph's text what a writer would have typed: Kangxi and supplementary radicals, which printers write
// for the common characters of the same shape, full-width digits, and stray controls.
func fold(s string) string {
	plain := true
	for _, r := range s {
		if r >= 0x2e80 && r <= 0x2fdf || r >= 0xff10 && r <= 0xff19 || r < 0x20 || r == 0xad || r == 0xa0 || r >= 0xfb00 && r <= 0xfb06 || r == 0xfeff || r >= 0x200b && r <= 0x200f {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 0x2f00 && r <= 0x2fd5:
			b.WriteRune([]rune(kangxi)[r-0x2f00])
		case r >= 0x2e80 && r <= 0x2ef3:
			if c, ok := supplement[r]; ok {
				r = c
			}
			b.WriteRune(r)
		case r >= 0xff10 && r <= 0xff19:
			b.WriteRune(r - 0xff10 + '0')
		case r == 0xa0 || r == '\t':
			b.WriteByte(' ')
		case r >= 0xfb00 && r <= 0xfb06:
			b.WriteString([]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}[r-0xfb00])
		case r < 0x20 || r == 0xad || r == 0xfeff || r >= 0x200b && r <= 0x200f:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// kangxi are the characters that the 214 Kangxi radicals U+2F00… stand for; 户 and the like in the form in use today.
const kangxi = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈户手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨青非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠"

// supplement are the radicals of U+2E80… that printers write for common characters; NFKC leaves them as they are.
var supplement = map[rune]rune{
	'⺁': '厂', '⺄': '乙', '⺅': '亻', '⺆': '冂', '⺇': '几', '⺈': '刀', '⺉': '刂', '⺊': '卜', '⺌': '小', '⺍': '小', '⺎': '尢', '⺐': '尢',
	'⺑': '尢', '⺒': '巳', '⺓': '幺', '⺔': '彐', '⺖': '忄', '⺗': '心', '⺘': '扌', '⺙': '攵', '⺛': '无', '⺜': '日', '⺝': '月', '⺞': '歹',
	'⺟': '母', '⺠': '民', '⺡': '氵', '⺢': '水', '⺣': '灬', '⺤': '爪', '⺥': '爪', '⺦': '丬', '⺧': '牛', '⺨': '犭', '⺩': '王', '⺪': '疋',
	'⺫': '目', '⺬': '示', '⺭': '礻', '⺮': '竹', '⺯': '纟', '⺰': '纟', '⺱': '网', '⺲': '罒', '⺳': '网', '⺴': '网', '⺶': '羊', '⺷': '羊',
	'⺸': '羊', '⺹': '老', '⺺': '聿', '⺻': '聿', '⺼': '肉', '⺽': '臼', '⺾': '艹', '⺿': '艹', '⻀': '艹', '⻁': '虎', '⻂': '衤', '⻃': '西',
	'⻄': '西', '⻅': '见', '⻆': '角', '⻇': '角', '⻈': '讠', '⻉': '贝', '⻊': '足', '⻋': '车', '⻌': '辶', '⻍': '辶', '⻎': '辶', '⻏': '阝',
	'⻐': '钅', '⻑': '長', '⻒': '镸', '⻓': '长', '⻔': '门', '⻕': '阜', '⻖': '阝', '⻗': '雨', '⻘': '青', '⻙': '韦', '⻚': '页', '⻛': '风',
	'⻜': '飞', '⻝': '食', '⻞': '食', '⻟': '飠', '⻠': '饣', '⻡': '首', '⻢': '马', '⻣': '骨', '⻤': '鬼', '⻥': '鱼', '⻦': '鸟', '⻧': '卤',
	'⻨': '麦', '⻩': '黄', '⻪': '黾', '⻫': '斉', '⻬': '齐', '⻭': '歯', '⻮': '齿', '⻯': '竜', '⻰': '龙', '⻱': '龟', '⻲': '亀', '⻳': '龟',
}
