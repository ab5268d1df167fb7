/// Tests of the embedded PostgreSQL, with real processes, and `TestPostgres`, the databases of all
/// other tests.
@NullMarked
package chatd.server.postgres.embedded;

import org.jspecify.annotations.NullMarked;
