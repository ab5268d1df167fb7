/// Parts: the numbered pieces of the step being generated, and the log that keeps them.
///
/// Entered by the worker, which appends, and by the feed and the relay, which read. Stays out:
/// JSON, sockets, anything that knows a viewer.
@NullMarked
package chatd.core.part;

import org.jspecify.annotations.NullMarked;
