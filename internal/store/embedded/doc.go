// Package embedded runs ClickHouse inside the process and offers it to the
// clickhouse-go driver as an [net/http.RoundTripper], so that the program has
// one driver and one SQL for the embedded engine and for a server.
//
// The engine is libchdb, a shared library that is loaded at run time. It exists
// for Linux on amd64; elsewhere [Locate] and [Open] answer [ErrLibrary] and
// `storage.dsn` is the way.
//
//	path, err := embedded.Locate(cfg.Library, env)
//	e, err := embedded.Open(ctx, embedded.Options{Library: path, Path: cfg.Path, Database: "seuranta"})
//	conn, err := clickhouse.Open(&clickhouse.Options{
//		Protocol: clickhouse.HTTP,
//		Addr:     []string{"embedded:0"},
//		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return e, nil },
//	})
//
// # What a caller must know
//
//   - A process has one engine at a time: the library keeps process-wide state. The
//     library resets some signal dispositions for a few microseconds per session
//     before they are put back.
//
//   - Every response body must be closed or read to its end; until then it holds
//     one of the sessions. The end of the request's context frees it too, and
//     [Engine.Close] ends whatever is still open.
//
//   - Inserts are FORMAT Native, uncompressed. The data lies in memory once while
//     the engine reads it.
//
//   - The driver must name the database in the statement or in its options; it
//     may be created through the engine.
//
//   - A statement that the engine cannot stop between two blocks (a DROP, a single
//     huge function call) returns to its caller at once when the context ends, but
//     keeps its session, and Close, waiting until the engine is through.
//
//   - The folder remembers its tables and their parts from [Engine.Remember], and each
//     Close, on. Open fails with [ErrDamaged] when some of it is gone or broken, and from
//     then on [Engine.Due] holds, until the caller has made again what it can and says so
//     by [Engine.Done]. A caller that empties a table forgets its parts first.
//
//   - Standard error leads into memory while the engine starts, and what others wrote
//     there is passed on behind it, line by line; TZ is UTC for C code from then on. Go's
//     own zone and environment stay.
//
//   - A look at system.tables must say WHERE database = '…': over several databases
//     the engine was seen to leave some out.
//
//   - The driver puts parameters into the address of its request, and an error of the
//     transport, such as a cancelled context, carries the address (*url.Error): take
//     its inner error before showing it.
//
// # Sharing
//
// [OpenShared] lets several processes of one user work on one folder. The first that takes
// the lock runs the engine and offers it on the socket seuranta.sock in the folder, by the
// driver's own protocol; the others are its guests and use the same [Shared] in the same
// way. Only the file's owner can open the socket (mode 0600), and both sides look who is
// at the other end. When the process that runs the engine ends or is killed, the next
// request of a guest finds that out, takes the folder over, or joins whoever was quicker,
// and is sent again:
//
//   - A guest reads the body of a request before it sends it, and holds an answer back until
//     it is whole, up to 64 MB; a longer one that is cut off is [ErrGone].
//   - Guests may read and send batches. A batch may arrive twice, so every table must keep
//     one of two equal rows, as ReplacingMergeTree does, and readers must not count on that
//     having happened. Whatever else changes something is refused with code 497: only the
//     process that runs the engine makes tables.
//   - A process that closes lets the statements of guests go on for three seconds. Guests
//     wait while a folder is being opened, closed or used by [Shared.Alone], as long as
//     somebody answers on the socket; after ten seconds of silence, also in the midst of a
//     statement, the error is [ErrSilent] and names the process.
//   - When another folder, or none, stands in the place of the one that was opened, every
//     statement fails with [ErrMoved], nothing is written any more, and [Shared.Life] ends
//     within a second or so: a guest does not follow into another folder, and the process
//     that runs the engine must end. Paths are told apart by the lock file. A socket that
//     was removed or replaced is put back as soon.
//   - The context of a guest's request ends its statement in the other process.
//   - [Shared.Reserve] takes a name over all processes, by a lock on a file in the folder
//     visiting.
//
// # Measured
//
// On two cores, engine 26.5.1.1, through the driver: opening and closing with four
// sessions 107 ms; SELECT 1 1.1 ms; inserts of 1, 1,000 and 20,000 rows 6.1, 7.8 and
// 86 ms; a million numbers read in 117 ms (the benchmarks of this package). With a
// load of 16 on the machine a cancelled aggregate, sort, stream and INSERT SELECT
// returned within 1 ms, and the engine was rid of them within 130 ms.
//
// BenchmarkShared on the same machine under a load of 6, as the process that runs the engine
// and as a guest: a query 1.4 and 1.7 ms, an insert of 10,000 rows 35 and 26 ms (the later
// ones merge more), 100,000 rows read in 19 and 15 ms: what the socket costs is lost in the
// noise but for a fifth of a millisecond a statement. Taking the folder over costs 75 ms.
//
// # What statements cannot do
//
// Statement text comes from the project's own files, never from people; values
// travel as parameters. Even so, sessions hold grants on one database only, so
// table functions, engines of other kinds and other databases answer code 497. The
// two holes that grants leave open, the scalar function file and INTO OUTFILE, are
// refused by a small reader of tokens before the engine sees them, together with
// everything that reader cannot tell apart with certainty.
package embedded
