/// What viewers must be told, and in which order; how a stream ends.
///
/// Entered by the engine's `feed`; the carriers read the close reasons. Stays out: sockets, JSON,
/// time, anything that waits.
@NullMarked
package chatd.core.feed;

import org.jspecify.annotations.NullMarked;
