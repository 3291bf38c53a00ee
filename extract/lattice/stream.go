package lattice

func alignedTables(p *Page, glyphs []Glyph, ruled []*table, budget *int) ([]Glyph, []*table) {
	return glyphs, nil
}
