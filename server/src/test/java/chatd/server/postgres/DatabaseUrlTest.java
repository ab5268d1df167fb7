package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DatabaseUrlTest {

  @Test
  void parse_everyPiece_isDecoded() {
    var url =
        DatabaseUrl.parse(
            "postgres://a%40b:p%3A%2F%3F+%25@db_1.example.org:6543/my%20db?sslmode=require&x=%26");

    assertThat(url)
        .isEqualTo(
            new DatabaseUrl(
                "db_1.example.org",
                6543,
                "my db",
                "a@b",
                "p:/?+%",
                Map.of("sslmode", "require", "x", "&")));
    assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://db_1.example.org:6543/my%20db");
    assertThat(url.properties())
        .containsEntry("user", "a@b")
        .containsEntry("password", "p:/?+%")
        .containsEntry("sslmode", "require");
  }

  @Test
  void parse_theLeastThatIsNeeded_hasDefaults() {
    assertThat(DatabaseUrl.parse("postgresql://localhost/chatd"))
        .isEqualTo(new DatabaseUrl("localhost", 5432, "chatd", null, null, Map.of()));
    assertThat(DatabaseUrl.parse("postgres://u@[::1]:5433/chatd").jdbc())
        .isEqualTo("jdbc:postgresql://[::1]:5433/chatd");
  }

  @Test
  void parse_theFormOfJdbc_takesTheLoginFromTheQuery() {
    assertThat(DatabaseUrl.parse("jdbc:postgresql://h:1/d?user=u&password=p&sslmode=disable"))
        .isEqualTo(new DatabaseUrl("h", 1, "d", "u", "p", Map.of("sslmode", "disable")));
  }

  @Test
  void toString_hidesThePassword() {
    assertThat(DatabaseUrl.parse("postgres://u:secret@h/d").toString())
        .isEqualTo("postgres://u@h:5432/d");
  }

  @Test
  void parse_whatIsNoUrl_saysWhy() {
    var problems =
        Map.of(
            "mysql://h/d", "look like",
            "postgres://h", "no database",
            "postgres://h/", "no database",
            "postgres://u:p@/d", "no host",
            "postgres://h:http/d", "port",
            "postgres://h:99999/d", "port",
            "postgres://u:%zz@h/d", "hexadecimal");
    problems.forEach((text, problem) ->
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(problem));
  }
}
