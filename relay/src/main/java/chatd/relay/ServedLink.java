package chatd.relay;

import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.relay.LinkMessage;
import chatd.core.relay.LinkState;
import chatd.engine.loop.Mailbox;
import chatd.engine.loop.Subscription;
import chatd.engine.parts.PartListener;
import chatd.engine.parts.PartLogs;
import chatd.engine.port.Time;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The loop of one link on which another replica listens.
///
/// One thread owns its state. A part that is numbered here is one mark in the mailbox, however many
/// come before the loop sees it; what is written is read from the logs when the link can take it.
final class ServedLink implements Link.Listener {
  private final Link link;
  private final LinkServer server;
  private final RelayWorld world;
  private final PartLogs logs;
  private final LinkWriter writer;
  private final LinkState state;
  private final Mailbox<Notice> mailbox = new Mailbox<>();
  private final Map<ChatId, Subscription> watched = new HashMap<>();
  private @Nullable Handshake handshake;
  private Time.@Nullable Timer alarm;
  private long heardAt;
  private boolean over;

  private sealed interface Notice {
    record Received(ByteBuffer message) implements Notice {}

    record Heard() implements Notice {}

    record Written() implements Notice {}

    record Changed(ChatId chat) implements Notice {}

    record Alarm() implements Notice {}

    record Over() implements Notice {}
  }

  ServedLink(
      Link link, LinkServer server, RelayWorld world, PartLogs logs, LinkState.Limits limits) {
    this.link = link;
    this.server = server;
    this.world = world;
    this.logs = logs;
    this.writer = new LinkWriter(link);
    this.state = new LinkState(limits);
    this.handshake =
        new Handshake.Accepting(world.self().secret(), world.self().id().get(), world.nonce());
    this.heardAt = world.runtime().time().nanos();
  }

  void start() {
    setAlarm(world.times().dial());
    world.runtime().threads().newThread(this::run).start();
    link.readOn(Handshake.MESSAGE_BYTES_MAX);
  }

  /// Ends it from outside.
  void end() {
    mailbox.postOnce(new Notice.Over());
  }

  @Override
  public void heard() {
    mailbox.postOnce(new Notice.Heard());
  }

  @Override
  public void received(ByteBuffer message) {
    mailbox.post(new Notice.Received(message));
  }

  @Override
  public void written() {
    mailbox.post(new Notice.Written());
  }

  @Override
  public void ended() {
    end();
  }

  private void run() {
    try {
      while (!over) {
        for (var notice : mailbox.take()) {
          handle(notice);
        }
        writer.flush(() -> state.next(logs::newest));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      world.runtime().telemetry().broken("a link that is served", bug);
    } finally {
      mailbox.close();
      server.ended(this);
      watched.values().forEach(Subscription::end);
      cancelAlarm();
      link.close();
    }
  }

  private void handle(Notice notice) {
    switch (notice) {
      case Notice.Received(var message) -> read(message);
      case Notice.Heard _ -> heardAt = world.runtime().time().nanos();
      case Notice.Written _ -> writer.written();
      case Notice.Changed(var chat) -> state.changed(chat);
      case Notice.Alarm _ -> look();
      case Notice.Over _ -> over = true;
    }
  }

  private void read(ByteBuffer message) {
    heardAt = world.runtime().time().nanos();
    if (handshake != null) {
      greet(handshake.received(message));
      return;
    }
    try {
      for (var said : Frames.decode(message)) {
        hear(said);
      }
      link.readOn(Frames.MESSAGE_BYTES_MAX);
    } catch (MalformedMessage malformed) {
      world.runtime().telemetry().trouble("what a replica asks for", malformed);
      over = true;
    }
  }

  private void greet(Handshake.Outcome outcome) {
    switch (outcome) {
      case Handshake.Outcome.Reply(var answer, var next) -> {
        writer.greet(answer);
        handshake = next;
        link.readOn(Handshake.MESSAGE_BYTES_MAX);
      }
      case Handshake.Outcome.Agreed(var peer) -> {
        handshake = null;
        server.proved(this, peer);
        link.readOn(Frames.MESSAGE_BYTES_MAX);
      }
      case Handshake.Outcome.Refused _,
          Handshake.Outcome.Malformed _,
          Handshake.Outcome.Proven _,
          Handshake.Outcome.Other _ ->
          over = true;
    }
  }

  private void hear(LinkMessage said) {
    switch (said) {
      case LinkMessage.Open open -> open(open);
      case LinkMessage.Close(var stream) -> close(stream);
      case LinkMessage.Ping _ -> state.pinged();
      // This end is told nothing.
      case LinkMessage.At _, LinkMessage.Parts _, LinkMessage.Ended _, LinkMessage.Pong _ -> {}
    }
  }

  private void open(LinkMessage.Open open) {
    if (!state.open(open)) {
      over = true;
      return;
    }
    // Listened to before the log is read for the first time: nothing falls between.
    watched.computeIfAbsent(open.chat(), chat -> logs.subscribe(chat, new Ear(chat)));
  }

  private void close(long stream) {
    var chat = state.close(stream);
    var subscription = chat == null || state.isWatching(chat) ? null : watched.remove(chat);
    if (subscription != null) {
      subscription.end();
    }
  }

  /// Whoever has not proven itself in time, and whoever is silent, is gone. A replica that listens
  /// pings; one without streams closes the link itself after a while.
  private void look() {
    var times = world.times();
    var silent = world.runtime().time().nanos() - heardAt;
    var patience = state.hasStreams() ? times.silence() : times.unused().plus(times.silence());
    if (handshake != null || silent >= patience.toNanos()) {
      over = true;
    } else {
      setAlarm(times.ping());
    }
  }

  private void setAlarm(Duration delay) {
    var time = world.runtime().time();
    alarm = time.after(delay, () -> mailbox.postOnce(new Notice.Alarm()));
  }

  private void cancelAlarm() {
    if (alarm != null) {
      alarm.cancel();
    }
  }

  private final class Ear implements PartListener {
    private final ChatId chat;

    Ear(ChatId chat) {
      this.chat = chat;
    }

    @Override
    public void appended(Episode episode) {
      mailbox.postOnce(new Notice.Changed(chat));
    }

    @Override
    public void sealed(Episode episode) {
      mailbox.postOnce(new Notice.Changed(chat));
    }
  }
}
