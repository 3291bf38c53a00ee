package portaltest

// Hazards are the names Options.Hazards takes.
func Hazards() []string { return nil }

// hazards puts those asked for into the world.
func (w *World) hazards() {}
