/// The one door for every change of a chat: apply it, then announce it.
///
/// Entered by routes, tools and the worker; the feed listens here. Stays out: what a change is, and
/// who shows it.
@NullMarked
package chatd.engine.chats;

import org.jspecify.annotations.NullMarked;
