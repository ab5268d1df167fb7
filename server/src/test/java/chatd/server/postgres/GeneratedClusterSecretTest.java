package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GeneratedClusterSecretTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  @Test
  void manyReplicasThatStartAtOnce_haveTheSameSecret() throws SQLException, InterruptedException {
    try (var fixture = new PostgresFixture(POSTGRES);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var database = fixture.database();
      Set<String> secrets = new HashSet<>();
      var answers =
          threads.invokeAll(
              IntStream.range(0, 8)
                  .<Callable<String>>mapToObj(_ -> () -> GeneratedClusterSecret.of(database))
                  .toList());
      for (var answer : answers) {
        secrets.add(answer.resultNow());
      }
      assertThat(secrets).hasSize(1).first().asString().hasSize(64);
    }
  }
}
