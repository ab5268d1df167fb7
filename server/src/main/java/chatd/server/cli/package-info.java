/// The `chatd` command: its subcommands, what they print, and the codes they end with.
///
/// Entered by `Main`, which passes in how a server is started. Knows `config`, whose settings it
/// reads. Stays out: the parts of a server, and every decision about chats.
@NullMarked
package chatd.server.cli;

import org.jspecify.annotations.NullMarked;
