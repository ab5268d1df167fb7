package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a model says is shown and stored to the last character, and so is what a user says.
class AnyTextTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final String EVERY_CONTROL =
      IntStream.concat(IntStream.range(0, 0x20), IntStream.rangeClosed(0x7F, 0x9F))
          .mapToObj(Character::toString)
          .collect(Collectors.joining());
  private static final String FOREIGN = "é 漢 🙂 \u2028\u2029\uFEFF\uFFFE\uFFFF \"\\/ </script>";

  private static Stage stage;
  private static Replica replica;
  private static ApiClient user;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    replica = stage.setup().startInside();
    user = replica.client();
  }

  @AfterAll
  static void stop() {
    replica.close();
    stage.close();
  }

  static List<List<String>> answers() {
    return List.of(
        List.of("\u0000", "a\u0000b", "\u0000"),
        List.of("\uD800", "x", "\uDC00\uD800", "end\uDBFF"),
        List.of("\uD83D", "\uDE00", "smile \uD83D", "\uDE00\uD83D", "\uDE00"),
        List.of(EVERY_CONTROL),
        List.of(FOREIGN, EVERY_CONTROL, FOREIGN),
        Collections.nCopies(1_000, "same "));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void answer_ofAnyText_isCommittedAsStreamed(List<String> deltas) {
    var question = "any text " + deltas.hashCode();
    var whole = String.join("", deltas);
    var last = deltas.getLast();
    var heldBack = Character.isHighSurrogate(last.charAt(last.length() - 1)) ? 1 : 0;
    var gate = new CountDownLatch(1);
    stage.answer(
        question,
        Script.begin().text(deltas.toArray(String[]::new)).pause(gate).finish("stop").done());
    var chat = user.create(question);
    try (var webSocket = StreamViewer.open(user, chat, Kind.WEB_SOCKET);
        var events = StreamViewer.open(user, chat, Kind.SSE)) {
      for (var viewer : List.of(webSocket, events)) {
        viewer.awaitPreview(whole.substring(0, whole.length() - heldBack));
        viewer.preview().mustSplitNoCharacter();
      }
      gate.countDown();
      for (var viewer : List.of(webSocket, events)) {
        viewer.awaitStatus("waiting");
        assertThat(viewer.history().getLast()).isEqualTo("assistant: " + whole);
        viewer.mustShowWhatIsStored();
      }
      webSocket.preview().mustAgreeWith(events.preview());
    }
  }

  @Test
  void message_ofAnyText_comesBackUnchanged() {
    var text = "<" + FOREIGN + EVERY_CONTROL + "\uD800 \uDC00\uD83D\uDE00>";
    var chat = user.create(text);
    try (var viewer = StreamViewer.open(user, chat, Kind.SSE)) {
      viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2);
      assertThat(viewer.history().getFirst()).isEqualTo("user: " + text);
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  @Tag("slow")
  void answer_of16MiB_isCommittedAsStreamed() {
    var piece = "0123456789abcde\n".repeat(1 << 14); // 256 KiB
    var pieces = Collections.nCopies(64, piece);
    var gate = new CountDownLatch(1);
    stage.answer(
        "16 MiB",
        Script.begin().text(pieces.toArray(String[]::new)).pause(gate).finish("stop").done());
    var chat = user.create("16 MiB");
    var patience = Duration.ofSeconds(100);
    for (var kind : List.of(Kind.WEB_SOCKET, Kind.SSE)) {
      try (var viewer = StreamViewer.open(user, chat, kind)) {
        viewer.await(
            "all of it", patience, c -> c.preview().length() == (16 << 20) || c.is("waiting"));
        assertThat(viewer.preview().text()).isEqualTo(piece.repeat(64));
        if (kind == Kind.SSE) {
          gate.countDown();
          viewer.await("the commit", patience, c -> c.is("waiting"));
          var answer = viewer.history().stream().skip(1).toList();
          assertThat(answer).hasSizeGreaterThanOrEqualTo(8);
          assertThat(
                  answer.stream()
                      .map(row -> row.substring("assistant: ".length()))
                      .collect(Collectors.joining()))
              .isEqualTo(piece.repeat(64));
        }
      }
    }
  }
}
