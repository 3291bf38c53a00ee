package archive

// signedSize is the size of the log as it was last signed.
func signedSize(dir string) uint64 { return 0 }
