package extract

import (
	"context"

	"nianbao/document"
	"nianbao/extract/internal/opc"
	"nianbao/extract/sheet"
)

// Workbooks. FlatSheet, Excel 2003 XML in one file of markup, has no media type of its own.
const (
	XLSX      = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	XLS       = "application/vnd.ms-excel"
	FlatSheet = "application/vnd.ms-excel+xml"
)

// xlsxFormat is the workbook as a package, with its parts in XML or in binary.
func xlsxFormat() format {
	return format{
		media:    XLSX,
		suffixes: []string{".xlsx"},
		is:       func(s *sample) bool { return s.openXML() == XLSX },
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return sheet.ReadXLSX(ctx, r.in.Data, sheet.Options{Package: opc.Options{MaxTotal: r.lim.MaxInflated}, MaxCells: r.lim.MaxCells})
		},
	}
}

// xlsFormat is Excel 5.0 to 2003; what WPS writes under its own suffix is mostly that.
func xlsFormat() format {
	return format{
		media:    XLS,
		suffixes: []string{".xls", ".et"},
		is:       func(s *sample) bool { return s.hasStream("Workbook", "Book", "WORKBOOK", "BOOK") },
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return sheet.ReadXLS(ctx, r.in.Data, sheet.Options{MaxCells: r.lim.MaxCells})
		},
	}
}

func flatSheetFormat() format {
	return format{
		media: FlatSheet,
		is:    func(s *sample) bool { return sheet.IsXML(s.text().raw) },
		read: func(ctx context.Context, r *reading) (*document.Document, error) {
			return sheet.ReadXML(ctx, r.in.Data, sheet.Options{MaxCells: r.lim.MaxCells})
		},
	}
}
