package pdf

func (f *font) embedded(desc value, m *meter) error { return nil }
