package chatd.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.config.BadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
  private @TempDir Path folder;

  @Test
  void serve_startsSaysHowToSignInAndStops() {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("serve")).isZero();

    assertThat(chatd.stopped()).isTrue();
    assertThat(chatd.err()).isEmpty();
    assertThat(chatd.out())
        .isEqualToNormalizingNewlines(
            """
            Unpacking ...

            chatd 1.2.3 is ready at http://127.0.0.1:8080

              Model    demo, which answers without a key; --model chooses another
              Data     %s
              Token    ./chatd token
              Try      curl -H "Authorization: Bearer $(./chatd token)" http://127.0.0.1:8080/api/v2/users/me

            Ctrl-C stops it.
            Stopping.
            Stopped.
            """
                .formatted(folder));
  }

  @Test
  void stop_whileTurnsRun_saysHowManyAndHowToStopAtOnce() {
    var chatd = new CommandRun(folder).withTurns(3);

    assertThat(chatd.run("serve", "--drain-timeout=500ms")).isZero();

    assertThat(chatd.out())
        .contains(
            "Stopping; 3 turns in progress may take 500 ms more. Ctrl-C again stops at once.\n");
    assertThat(chatd.hurried()).isFalse();
  }

  @Test
  void stop_askedForTwice_hurriesAndSaysSoByItsCode() {
    var chatd = new CommandRun(folder).withTurns(1).withImpatience();

    assertThat(chatd.run("serve")).isEqualTo(130);

    assertThat(chatd.hurried()).isTrue();
    assertThat(chatd.stopped()).isTrue();
    assertThat(chatd.out()).contains("\nStopping at once.\n", "Stopping; 1 turn in progress");
  }

  @Test
  void serve_thatIsRefused_leavesNoFolder() {
    var made = folder.resolve("new");
    var chatd = new CommandRun(folder).withRefusal(new BadSettings("There is no model x."));

    assertThat(chatd.run("serve", "--data-dir", made.toString())).isEqualTo(2);

    assertThat(made).doesNotExist();
    assertThat(chatd.err())
        .isEqualToNormalizingNewlines("chatd: There is no model x.\nSee ./chatd serve --help.\n");
  }

  @Test
  void serve_onAnotherFolder_saysHowToNameIt() {
    var other = folder.resolve("an other");
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("serve", "--data-dir", other.toString())).isZero();

    assertThat(chatd.out()).contains("  Token    ./chatd token --data-dir '" + other + "'");
    assertThat(AdminToken.find(other).orElseThrow().value()).isEqualTo(chatd.adminToken());
  }

  @Test
  void serve_withEverythingGiven_repeatsNoSecret() {
    var chatd =
        new CommandRun(
            folder,
            Map.of(
                "CHATD_ADMIN_TOKEN", "hunter1",
                "CHATD_DATABASE_URL", "postgres://u:hunter2@h/d",
                "CHATD_OPENAI_API_KEY", "hunter3"));

    assertThat(chatd.run("serve", "--port=0", "--host=::", "--model=openai/gpt-4o")).isZero();

    assertThat(chatd.adminToken()).isEqualTo("hunter1");
    assertThat(AdminToken.find(folder)).isEmpty();
    assertThat(chatd.out())
        .contains(
            "is ready at http://localhost:49152\n",
            "  Model    openai/gpt-4o\n",
            "  Data     in the database of --database-url\n",
            "  Token    the one given by --admin-token\n",
            "Bearer $CHATD_ADMIN_TOKEN")
        .doesNotContain("hunter");
  }

  @Test
  void serve_withAFixedToken_forgetsTheOneThatItReplaces() {
    assertThat(new CommandRun(folder).run("serve")).isZero();

    var refused = new CommandRun(folder).withObstacle(new CannotRun("There is no database."));
    assertThat(refused.run("serve", "--admin-token=fixed")).isEqualTo(1);
    assertThat(AdminToken.find(folder)).isPresent();

    assertThat(new CommandRun(folder).run("serve", "--admin-token=fixed")).isZero();
    assertThat(AdminToken.find(folder)).isEmpty();
  }

  @Test
  void serve_behindAnotherAddress_saysThatOne() {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("serve", "--external-url", "https://chat.example.org/")).isZero();

    assertThat(chatd.out()).contains("is ready at https://chat.example.org\n");
  }

  @Test
  void serve_withLogsForPrograms_writesNothingElse() {
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("serve", "--log-format", "json")).isZero();

    assertThat(chatd.out()).isEmpty();
    assertThat(chatd.err()).isEmpty();
  }

  @Test
  void serve_thatCannotRun_isOneSentence() {
    var chatd = new CommandRun(folder).withObstacle(new CannotRun("Port 8080 is taken."));

    assertThat(chatd.run("serve")).isEqualTo(1);
    assertThat(chatd.err()).isEqualToNormalizingNewlines("chatd: Port 8080 is taken.\n");
  }

  @Test
  void serve_thatFailsByABug_says1() {
    var chatd = new CommandRun(folder).withObstacle(new IllegalStateException("a bug"));

    assertThat(chatd.run("serve")).isEqualTo(1);
    assertThat(chatd.err()).startsWith("chatd: ").contains("a bug");
  }

  @Test
  void serve_onAFolderThatIsAFile_isOneSentence() throws IOException {
    var file = Files.createFile(folder.resolve("file"));
    var chatd = new CommandRun(folder);

    assertThat(chatd.run("serve", "--data-dir", file.toString())).isEqualTo(1);
    assertThat(chatd.err())
        .isEqualToNormalizingNewlines(
            "chatd: The data folder %s cannot be used: %s is not a folder; choose another one with --data-dir.\n"
                .formatted(file, file));

    var below = new CommandRun(folder);
    assertThat(below.run("serve", "--data-dir", file.resolve("x/y").toString())).isEqualTo(1);
    assertThat(below.err()).contains("cannot be used").hasLineCount(1);
    assertThat(below.started()).isFalse();
  }

  @Test
  void serve_firstOnAFolder_makesItPassableButNotReadableForOthers() throws IOException {
    var made = folder.resolve("a/b");

    assertThat(new CommandRun(folder).run("serve", "--data-dir", made.toString())).isZero();

    assertThat(Files.getPosixFilePermissions(made))
        .isEqualTo(PosixFilePermissions.fromString("rwx--x--x"));
  }
}
