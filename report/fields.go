package report

// A Field is one number of the forms: its path in Data, the labels of its row and column, and its unit.
type Field struct {
	Path   string `json:"path"`
	Row    string `json:"row"`
	Column string `json:"column,omitempty"`
	Unit   string `json:"unit"`

	name string // the last part of the path
}

// columnNames are the printed heads of the columns, by identifier.
var columnNames = map[string]string{
	"made": "本年制发件数", "repealed": "本年废止件数", "in_force": "现行有效件数", "decisions": "本年处理决定数量", "amount_wan": "本年收费金额",
	"new_made": "本年新制作数量", "new_public": "本年新公开数量", "total_public": "对外公开总数量", "prev_items": "上一年项目数量", "items_change": "本年增/减",
	"projects": "采购项目数量", "amount": "采购总金额",
	"natural": "自然人", "enterprise": "商业企业", "research": "科研机构", "nonprofit": "社会公益组织", "legal_service": "法律服务机构", "other_org": "其他", "total": "总计",
	"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结",
}

// t4Names are the printed names of the blocks of table 4.
var t4Names = []string{"行政复议", "行政诉讼：未经复议直接起诉", "行政诉讼：复议后起诉"}

// Fields lists every number of both forms and of the statistics table in the order in which they are printed: the data
// dictionary of the CSV. The list is the caller's.
func Fields() []Field { return append([]Field(nil), dictionary...) }

var dictionary = allFields()

func allFields() []Field {
	var out []Field
	seen := map[string]bool{}
	for _, format := range []string{"f2021", "f2019"} {
		for _, r := range t2Rows {
			for _, c := range t2Columns(format, r.id) {
				path := "t2." + r.id + "." + c
				if seen[path] {
					continue
				}
				seen[path] = true
				unit := "件"
				switch c {
				case "amount_wan":
					unit = "万元"
				case "amount":
					unit = "as printed"
				case "prev_items", "items_change", "projects":
					unit = "项"
				}
				out = append(out, Field{path, r.official, columnNames[c], unit, c})
			}
		}
	}
	for _, r := range t3Rows {
		for _, c := range t3Columns {
			out = append(out, Field{"t3." + r.id + "." + c, r.official, columnNames[c], "件", c})
		}
	}
	for i, b := range t4Blocks {
		for _, c := range t4Columns {
			out = append(out, Field{"t4." + b + "." + c, t4Names[i], columnNames[c], "件", c})
		}
	}
	for _, s := range statistics {
		out = append(out, Field{"s2014." + s.block + "." + s.item, s.official, "", s.unit, s.item})
	}
	return out
}
