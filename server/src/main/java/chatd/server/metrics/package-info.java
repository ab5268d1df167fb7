/// Figures about this replica, for those who collect figures.
///
/// Entered by `Main`, which hands over what is to be read, and by the loops through the port
/// `Telemetry`. Stays out: anything that names a chat, a user or a text. Every label has a few
/// values that are known beforehand.
@NullMarked
package chatd.server.metrics;

import org.jspecify.annotations.NullMarked;
