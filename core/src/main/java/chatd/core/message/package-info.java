/// What a conversation is made of: roles, the pieces of a message, committed messages.
///
/// Entered by every other room. Stays out: how any of it is encoded, stored or shown.
@NullMarked
package chatd.core.message;

import org.jspecify.annotations.NullMarked;
