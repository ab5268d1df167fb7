/// How users of chatd ask, what is wrong about an answer, and what they may rely on afterwards.
///
/// Entered by the fuzzer and the chaos run. Stays out: what is asked, and when.
@NullMarked
package chatd.bench.user;

import org.jspecify.annotations.NullMarked;
