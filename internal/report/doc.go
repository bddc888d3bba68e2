// Package report makes pages, texts and sheets of figures, in one language at a time. What a page shows is described in
// dashboards; what a number means was judged by indicator. Here both become words, rows and drawings: everything that
// stands on a page is worked out in Go, and a template only lays it out.
//
// The same input gives the same bytes, whatever order its series come in.
package report
