package chatd.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.message.ChatId;
import chatd.core.message.ModelUse;
import chatd.core.message.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store knows of the model requests that were made for a chat.
public abstract class ModelUseContract {
  private StoreFixture fixture;
  private TestChat chat;

  protected abstract StoreFixture fixture();

  @BeforeEach
  void createChat() {
    fixture = fixture();
    chat = TestChat.create(fixture);
  }

  @Test
  void cost_ofNothing_isNone() {
    mustCost("0", 0, 0);
  }

  @Test
  void cost_isTheSumOfStepsAndWhatWasMadeBeside_withoutRounding() {
    chat.acquired();
    commit(use("0.4"));
    chat.store().record(chat.id(), use("0.35"));
    var other = TestChat.create(fixture);
    chat.store().record(other.id(), use("100"));

    mustCost("0.75", 2, 0);
  }

  @Test
  void cost_ofARequestWithoutAPrice_isUnknown() {
    chat.store().record(chat.id(), use("1200"));
    chat.store().record(chat.id(), use(null));
    chat.store().record(chat.id(), ModelUse.unknown(null));

    mustCost("1200", 3, 2);
  }

  @Test
  void cost_ofAStoppedAnswer_isUnknown() {
    chat.acquired();
    chat.done(new ChatCommand.Interrupt(chat.user()));
    var partial = List.of(TestChat.answer("Hel"));
    chat.done(new ChatCommand.FinishInterruption(chat.fence(), partial));

    mustCost("0", 1, 1);
  }

  @Test
  void record_withoutTheChat_isNothing() {
    var gone = new ChatId(UUID.randomUUID());
    chat.store().record(gone, use("1"));

    assertThat(fixture.cost(gone).requests()).isZero();
  }

  private void commit(ModelUse use) {
    chat.done(
        new ChatCommand.CommitStep(
            chat.fence(), List.of(TestChat.answer("x")), Set.of(), use, Then.FINISH));
  }

  private void mustCost(String micros, long requests, long unpriced) {
    var cost = fixture.cost(chat.id());
    assertThat(cost.micros()).isEqualByComparingTo(micros);
    assertThat(cost.requests()).isEqualTo(requests);
    assertThat(cost.unpriced()).isEqualTo(unpriced);
  }

  private static ModelUse use(@Nullable String micros) {
    var usage = new Usage(10L, 2L, 12L, null, null, null, null);
    var cost = micros == null ? null : new BigDecimal(micros);
    return new ModelUse(UUID.randomUUID(), usage, cost);
  }
}
