/// The PostgreSQL that chatd brings along and runs as its child when no other database is named.
///
/// Entered by `Main` and by tests, through `EmbeddedPostgres` alone. Everything behind it knows
/// processes, accounts and files. Stays out: tables, migrations and pools. To the stores this is a
/// database like any other.
@NullMarked
package chatd.server.postgres.embedded;

import org.jspecify.annotations.NullMarked;
