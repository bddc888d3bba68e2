// Package api is what kinds have in common that ask the API of a platform: how a question is put and its answer read, how often
// a platform may be asked, and how numbers, levels, letters and pages are told.
//
// A kind says what it asks and what the fields of the answer mean; that what comes is JSON at all, that a field that is missing
// is no zero, that a day that was not over is not told, and that a page in place of an answer is a failure, is looked after
// here.
package api
