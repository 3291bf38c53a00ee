package report

import (
	"strings"

	"nianbao/document"
)

// traditional pairs characters of the traditional script with the simplified ones, as far as the forms, titles and names
// of bodies use them. Encyclopaedia copies convert the script and a few words with it.
const (
	traditionalForms = "開請數據關係項總計條規範檔許處罰強業費額單製發廢現決結轉辦機構會組織務屬國護權內過執詢無補舉報訴類複復訟維糾審經後題進體況動對當認獲鎮鄉縣區廳員館臺應統時間際與實為個萬網頁號書責領導協調農環衛輸電話來繼續穩黨競專線採購聯質監證劃舊標準運營產雲龍門陽廣東濟漢灣給於從眾車兩餘歷壓陸漁鐵財齊資貿稅貧學術醫療藥嶺豐寧榮蘇蘭黃廠興華連遼長滬邊島陝劉鄭閩贛瀋冊減聽點檢測園別樓傳圖歸壩樂溫濱綠縉雙義烏圍場賢漵澤潤瀏灘滿煙鹽銀錦鍾鋼鋪閣陳隴韓順風飛馬駐鳳鶴麗齡"
	simplifiedForms  = "开请数据关系项总计条规范档许处罚强业费额单制发废现决结转办机构会组织务属国护权内过执询无补举报诉类复复讼维纠审经后题进体况动对当认获镇乡县区厅员馆台应统时间际与实为个万网页号书责领导协调农环卫输电话来继续稳党竞专线采购联质监证划旧标准运营产云龙门阳广东济汉湾给于从众车两余历压陆渔铁财齐资贸税贫学术医疗药岭丰宁荣苏兰黄厂兴华连辽长沪边岛陕刘郑闽赣沈册减听点检测园别楼传图归坝乐温滨绿缙双义乌围场贤溆泽润浏滩满烟盐银锦钟钢铺阁陈陇韩顺风飞马驻凤鹤丽龄"
)

// Simplified maps the characters of a text to the simplified script, and the words that copies exchange with it, as far
// as reports and their titles use them.
func Simplified(s string) string { return simplifier.Replace(s) }

var simplifier = func() *strings.Replacer {
	pairs := []string{"規範性檔案", "规范性文件", "檔案", "文件", "程式", "程序", "資訊", "信息", "佈", "布", "祕", "秘", "裏", "里"}
	to := []rune(simplifiedForms)
	for i, r := range []rune(traditionalForms) {
		pairs = append(pairs, string(r), string(to[i]))
	}
	return strings.NewReplacer(pairs...)
}()

// isTraditional reports whether a document is written in the traditional script.
func isTraditional(d *document.Document) bool {
	if strings.ContainsAny(d.Title, "開請數關報") || strings.ContainsAny(d.Name, "開請數關報") {
		return true
	}
	n := 0
	count := func(s string) bool {
		for _, c := range []string{"開", "請", "數", "關", "報"} {
			if strings.Contains(s, c) {
				n++
			}
		}
		return n > 6
	}
	for _, b := range d.Blocks {
		if count(b.Text) {
			return true
		}
		if b.Table != nil {
			for _, c := range b.Table.Cells[:min(len(b.Table.Cells), 60)] {
				if count(c.Text) {
					return true
				}
			}
		}
	}
	return false
}

// toSimplified is the document in the simplified script; one that is already is returned as it is.
func toSimplified(d *document.Document) *document.Document {
	if !isTraditional(d) {
		return d
	}
	out := *d
	out.Title, out.Name = Simplified(d.Title), Simplified(d.Name)
	out.Blocks = make([]document.Block, len(d.Blocks))
	for i, b := range d.Blocks {
		b.Text = Simplified(b.Text)
		if b.Table != nil {
			t := *b.Table
			t.Cells = append([]document.Cell(nil), t.Cells...)
			for k := range t.Cells {
				t.Cells[k].Text = Simplified(t.Cells[k].Text)
			}
			b.Table = &t
		}
		out.Blocks[i] = b
	}
	if d.Meta != nil {
		out.Meta = map[string]string{}
		for k, v := range d.Meta {
			out.Meta[Simplified(k)] = Simplified(v)
		}
	}
	return &out
}
