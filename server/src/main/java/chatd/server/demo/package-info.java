/// The demo: replicas as processes that a person kills, freezes and starts, and one chat that goes
/// on meanwhile.
///
/// What happens is decided by `Scene`, a machine like those of the core, and shown by `Picture`;
/// both are pure. `Show` is their loop. To the replicas it is a client like any other: it knows
/// their HTTP interface and nothing behind it. Entered by `Main`, which says how a replica is
/// started and brings the database. Stays out: the database, the settings, every part of a server.
@NullMarked
package chatd.server.demo;

import org.jspecify.annotations.NullMarked;
