/// The part logs of the steps generated on this replica.
///
/// Entered by the worker, which appends, and by the feed, which reads. Stays out: SQL, encodings,
/// anything that knows a viewer.
@NullMarked
package chatd.engine.parts;

import org.jspecify.annotations.NullMarked;
