/// Serving viewers: one feed per chat that is watched here, and the loops behind all of them.
///
/// Entered by the routes that open streams, through [chatd.engine.feed.Feeds]. Stays out:
/// encodings, sockets, and everything that runs a turn.
@NullMarked
package chatd.engine.feed;

import org.jspecify.annotations.NullMarked;
