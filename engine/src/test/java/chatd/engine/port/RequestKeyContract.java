package chatd.engine.port;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A request with a key has one effect, however often it comes.
public abstract class RequestKeyContract {
  private StoreFixture fixture;
  private TestChat chat;

  protected abstract StoreFixture fixture();

  @BeforeEach
  void createChat() {
    fixture = fixture();
    chat = TestChat.create(fixture);
    chat.answered("hi");
  }

  @Test
  void repeat_getsTheFirstAnswerAndChangesNothing() {
    var key = key(chat.user(), "k1", "send");
    var first = (Outcome.Done) fixture.store().apply(chat.id(), chat.send("once"), key);
    var after = chat.find();

    var repeat = fixture.store().apply(chat.id(), chat.send("once"), key);

    assertAnswer(repeat, first);
    assertThat(chat.find()).isEqualTo(after);
  }

  @Test
  void sameKey_forAnotherRequest_isRefused() {
    fixture.store().apply(chat.id(), chat.send("once"), key(chat.user(), "k2", "send"));
    var after = chat.find();

    var other = fixture.store().apply(chat.id(), chat.send("x"), key(chat.user(), "k2", "other"));

    assertThat(other).isEqualTo(new Outcome.KeyReused());
    assertThat(chat.find()).isEqualTo(after);
  }

  @Test
  void answered_tellsOfAnEarlierRequest_andDoesNothing() {
    var key = key(chat.user(), "k8", "send");
    assertThat(fixture.store().answered(key)).isEmpty();
    var first = (Outcome.Done) fixture.store().apply(chat.id(), chat.send("once"), key);
    var after = chat.find();

    assertAnswer(fixture.store().answered(key).orElseThrow(), first);
    assertThat(fixture.store().answered(key(chat.user(), "k8", "other")))
        .contains(new Outcome.KeyReused());
    assertThat(fixture.store().answered(key(fixture.newUser(), "k8", "send"))).isEmpty();
    assertThat(chat.find()).isEqualTo(after);
  }

  @Test
  void refusal_isNotRecorded() {
    var key = key(chat.user(), "k3", "edit");
    var edit = chat.edit(Long.MAX_VALUE, "x");

    assertThat(fixture.store().apply(chat.id(), edit, key)).isInstanceOf(Outcome.Refused.class);
    assertThat(fixture.store().apply(chat.id(), chat.send("now"), key))
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  void replayOfAnEdit_isFoundAlthoughTheMessageIsGone() {
    var key = key(chat.user(), "k4", "edit");
    var edit = chat.edit(chat.visible().getFirst().id(), "other");
    var first = (Outcome.Done) fixture.store().apply(chat.id(), edit, key);

    assertAnswer(fixture.store().apply(chat.id(), edit, key), first);
  }

  @Test
  void sameKey_ofAnotherUser_isAnotherKey() {
    fixture.store().apply(chat.id(), chat.send("mine"), key(chat.user(), "k5", "send"));
    var other = TestChat.create(fixture);

    assertThat(
            fixture
                .store()
                .apply(other.id(), other.send("theirs"), key(other.user(), "k5", "send")))
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  void tenSendsAtOnce_haveOneEffect() throws Exception {
    var key = key(chat.user(), "k6", "send");
    var before = chat.history().size();

    var outcomes = atOnce(() -> fixture.store().apply(chat.id(), chat.send("once"), key));

    assertOneEffect(outcomes);
    assertThat(chat.history()).hasSize(before + 1);
    assertThat(chat.row().lifecycle().queued()).isZero();
  }

  @Test
  void tenCreationsAtOnce_makeOneChat() throws Exception {
    var user = fixture.newUser();
    var key = key(user, "k7", "create");

    var outcomes =
        atOnce(() ->
            fixture
                .store()
                .create(
                    TestChat.creation(user, null, TestChat.text("x")), TestChat.DESCRIPTION, key));

    assertOneEffect(outcomes);
  }

  private static List<Outcome> atOnce(Callable<Outcome> request) throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var requests = Collections.nCopies(10, request);
      for (var answer : threads.invokeAll(requests)) {
        outcomes.add(answer.get());
      }
    }
    return outcomes;
  }

  private static void assertOneEffect(List<Outcome> outcomes) {
    var done = outcomes.stream().filter(Outcome.Done.class::isInstance).toList();
    assertThat(done).hasSize(1);
    outcomes.stream()
        .filter(outcome -> !(outcome instanceof Outcome.Done))
        .forEach(outcome -> assertAnswer(outcome, (Outcome.Done) done.getFirst()));
  }

  /// An answer that names what was done.
  private static RequestKey key(UserId user, String key, String request) {
    return new RequestKey(
        user, key, request.getBytes(UTF_8), done -> new StoredAnswer(201, body(done)));
  }

  private static byte[] body(Outcome.Done done) {
    return (done.chat().row().id() + " " + done.inserted()).getBytes(UTF_8);
  }

  private static void assertAnswer(Outcome outcome, Outcome.Done first) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Replayed.class,
            replayed -> {
              assertThat(replayed.answer().status()).isEqualTo(201);
              assertThat(replayed.answer().body()).isEqualTo(body(first));
            });
  }
}
