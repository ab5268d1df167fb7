/// Parts between replicas: links that are dialled, proven, kept alive and served, and what is said
/// on them.
///
/// Entered by `Main`, which gives it time, threads, randomness and a way to dial, and by the engine
/// through [chatd.engine.port.PartsRelay]. Stays out: sockets and WebSockets, which are behind
/// [Dialer] and [Link]; the database; viewers and their credentials.
@NullMarked
package chatd.relay;

import org.jspecify.annotations.NullMarked;
