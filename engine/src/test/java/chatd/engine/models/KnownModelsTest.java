package chatd.engine.models;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.BrokenInvariant;
import chatd.engine.chats.Hints;
import chatd.engine.fake.InMemoryModelDirectory;
import chatd.engine.fake.InMemoryPubsub;
import chatd.engine.fake.ManualTime;
import chatd.engine.fake.NotedTelemetry;
import chatd.engine.fake.OneThread;
import chatd.engine.models.ModelAdministration.ProviderChange;
import chatd.engine.port.ModelDirectory.Entries;
import chatd.engine.port.ModelDirectory.ProviderEntry;
import chatd.engine.port.ModelDirectory.Times;
import chatd.engine.port.ProviderKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Two replicas over one directory: what is changed at one is in effect there at once, at the other
/// with the hint, and without the hint with the next poll.
class KnownModelsTest {
  private static final Duration PROMISED = Duration.ofSeconds(10);

  private final ManualTime time = new ManualTime();
  private final OneThread thread = new OneThread(1);
  private final InMemoryPubsub pubsub = new InMemoryPubsub();
  private final InMemoryModelDirectory directory = new InMemoryModelDirectory(time);
  private final NotedTelemetry telemetry = new NotedTelemetry();

  private final Replica here = new Replica();
  private final Replica there = new Replica();

  private final class Replica {
    final List<Entries> heard = new ArrayList<>();
    final Hints hints = new Hints(pubsub.member());
    boolean stumbles;
    final KnownModels known =
        new KnownModels(
            directory,
            hints,
            entries -> {
              heard.add(entries);
              if (stumbles) {
                stumbles = false;
                throw new BrokenInvariant("a bug");
              }
            },
            new KnownModels.Surroundings(time, thread.group().threads(), telemetry));
    final ModelAdministration administration =
        new ModelAdministration(
            new Configured(List.of(), List.of()),
            directory,
            new OpenSecrets(),
            known,
            UUID::randomUUID);

    Replica() {
      hints.start();
      known.start();
    }

    List<ProviderEntry> providers() {
      return heard.getLast().providers();
    }

    void addProvider() {
      administration.addProvider(ProviderKind.OPENAI, new ProviderChange(null, null, null, true));
    }
  }

  @Test
  void change_isInEffectHereAtOnce_andThereWithTheHint() {
    here.addProvider();
    assertThat(here.providers()).hasSize(1);
    thread.settle();
    assertThat(there.providers()).hasSize(1);
    assertThat(here.heard).hasSize(2);
  }

  @Test
  void lostHint_isMadeUpForInTime() {
    directory.addProvider(
        new ProviderEntry(
            UUID.randomUUID(), ProviderKind.OPENAI, null, null, null, true, Times.UNKNOWN));
    for (var waited = Duration.ZERO;
        waited.compareTo(PROMISED) < 0;
        waited = waited.plusSeconds(1)) {
      time.advance(Duration.ofSeconds(1));
      thread.settle();
    }
    assertThat(there.providers()).hasSize(1);
    assertThat(there.heard).hasSize(2);
  }

  @Test
  void listeningAgain_looksAtOnce() {
    directory.addProvider(
        new ProviderEntry(
            UUID.randomUUID(), ProviderKind.OPENAI, null, null, null, true, Times.UNKNOWN));
    pubsub.resume();
    thread.settle();
    assertThat(there.providers()).hasSize(1);
  }

  @Test
  void bugWithOneChange_doesNotHideTheNext() {
    there.stumbles = true;
    here.addProvider();
    thread.settle();
    assertThat(telemetry.bugs).hasSize(1).first().asString().startsWith("providers and models: ");

    var id = here.providers().getFirst().id();
    here.administration.changeProvider(id, new ProviderChange("Ours", null, null, null));
    thread.settle();
    assertThat(there.providers().getFirst().displayName()).isEqualTo("Ours");
  }

  @Test
  void stop_endsTheLoop() {
    there.known.stop();
    here.addProvider();
    thread.settle();
    assertThat(there.heard).hasSize(1);
  }
}
