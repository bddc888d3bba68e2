// Package graph is what the kinds have in common that ask the Graph API of Meta: Facebook, Instagram and Threads.
//
// The token goes into the head of a question and never into an address; pages of lists are followed by their cursor, because
// the address of the next one holds the token; what Meta refuses is understood by its code, since nearly everything comes with
// status 400; how much of the allowance is spent is read off every answer; and a metric that Meta has withdrawn takes no other
// with it.
package graph
