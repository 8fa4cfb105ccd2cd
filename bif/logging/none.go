package logging

// none is the writer that writes nothing.
type none struct{ t *Target }

func openNone(t *Target) (Writer, error) { return &none{t}, nil }

func (*none) Write([]Cell) error { return nil }
func (*none) Flush() error       { return nil }
func (*none) Close() error       { return nil }
