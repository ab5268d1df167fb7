/// Which statements a database gets, seen from both ends of the connection.
///
/// Entered by the benchmarks. Stays out: chats, figures and verdicts.
@NullMarked
package chatd.bench.database;

import org.jspecify.annotations.NullMarked;
