/// Settings: which there are, how they are written, and where their values come from.
///
/// Everything is read once, at the start, into records. Entered by the command line and by `Main`,
/// which hands each room what it needs. Stays out: what a setting does.
@NullMarked
package chatd.server.config;

import org.jspecify.annotations.NullMarked;
