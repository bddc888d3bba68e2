package embedded

// Owner tells who runs the engine of a data folder.
type Owner struct {
	Process int
	Here    bool   // it is this process
	Program string // the version of its program
	Schema  int    // the newest that its program knows
	Engine  string // the version of the engine
}
