/// Waiting without waiting on a clock: mailboxes, subscriptions, groups of tasks.
///
/// Entered by every loop. Stays out: what any event means.
@NullMarked
package chatd.engine.loop;

import org.jspecify.annotations.NullMarked;
