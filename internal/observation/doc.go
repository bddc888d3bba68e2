// Package observation holds the nouns of Seuranta: what was observed, of what, over which period, by which run, and what
// a reader must see of it. It knows no database, no network and no language; everything else is built on it.
//
// The written contract is docs/contracts.md, section 2. Ledger is the same contract as plain Go: a store is right when it
// shows what a Ledger fed with the same commits shows.
package observation
