/// What passes between replicas: counted, and cut when it is time.
///
/// Entered by the benchmarks. Stays out: chats, figures and verdicts.
@NullMarked
package chatd.bench.link;

import org.jspecify.annotations.NullMarked;
