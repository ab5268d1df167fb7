/// What the owner of one chat must be doing now.
///
/// Entered by the worker's loops. Stays out: threads, the store, and what a turn consists of.
@NullMarked
package chatd.core.runner;

import org.jspecify.annotations.NullMarked;
