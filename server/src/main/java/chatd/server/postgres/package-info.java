/// PostgreSQL: chats, replicas, accounts, and hints between replicas.
///
/// Entered by `Main`, which hands its classes out as the engine's ports. SQL lives here and nowhere
/// else. Stays out: what a command does to a chat (asked of the core), and when anything is called.
@NullMarked
package chatd.server.postgres;

import org.jspecify.annotations.NullMarked;
