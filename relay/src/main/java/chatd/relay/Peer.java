package chatd.relay;

import chatd.core.Step;
import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.relay.Contact;
import chatd.core.relay.LinkMessage;
import chatd.core.relay.PeerAction;
import chatd.core.relay.PeerEvent;
import chatd.core.relay.PeerState;
import chatd.engine.loop.Mailbox;
import chatd.engine.port.Telemetry.Happening;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The loop of one replica that is listened to: it dials, opens streams, and hands on what comes.
///
/// One thread owns all of it. A link brings its next message only when the last one has been handed
/// on, so a mailbox holds one of each link at most.
final class Peer {
  private final ReplicaId id;
  private final Relay relay;
  private final RelayWorld world;
  private final Mailbox<PeerNotice> mailbox = new Mailbox<>();
  private final Map<Long, WantedStream> streams = new HashMap<>();
  private final Map<Long, DialedLink> links = new HashMap<>();
  private final SplittableRandom chance;
  private final PeerAlarm alarm;
  private final DialTroubles troubles;
  private PeerState state;
  private @Nullable String address;
  private long wanted;
  private boolean over;
  private volatile boolean refused;

  Peer(ReplicaId id, Relay relay, RelayWorld world) {
    this.id = id;
    this.relay = relay;
    this.world = world;
    this.chance = new SplittableRandom(world.runtime().random().nextLong());
    this.state = PeerState.of(world.times());
    var time = world.runtime().time();
    this.alarm = new PeerAlarm(time, () -> mailbox.postOnce(new PeerNotice.Alarm()));
    this.troubles = new DialTroubles(id, time, world.runtime().telemetry());
  }

  void start() {
    world.runtime().threads().newThread(this::run).start();
  }

  ReplicaId id() {
    return id;
  }

  /// Whether it has another secret.
  boolean isRefused() {
    return refused;
  }

  void post(PeerNotice notice) {
    mailbox.post(notice);
  }

  private void run() {
    try {
      while (!over) {
        for (var notice : mailbox.take()) {
          handle(notice);
        }
        links.values().forEach(DialedLink::flush);
        alarm.set(state.alarmAt());
        over |= isForgotten();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      relay.forget(this);
      world.runtime().telemetry().broken("the relay from replica " + id, bug);
    } finally {
      mailbox.close();
      links.values().forEach(this::over);
      alarm.cancel();
    }
  }

  private boolean isForgotten() {
    return address == null && streams.isEmpty() && links.isEmpty() && relay.forget(this, wanted);
  }

  private void handle(PeerNotice notice) {
    switch (notice) {
      case PeerNotice.Want(var stream) -> want(stream);
      case PeerNotice.Unwant(var number) -> unwant(number);
      case PeerNotice.Ask(var number) -> on(new PeerEvent.Asked(number));
      case PeerNotice.Address(var now) -> moved(now);
      case PeerNotice.Alarm _ -> {
        alarm.rang();
        on(new PeerEvent.Alarm());
      }
      case PeerNotice.Opened(var dial, var link) -> opened(dial, link);
      case PeerNotice.Failed(var dial, var cause) -> failed(dial, cause);
      case PeerNotice.Heard(var dial) -> on(new PeerEvent.Heard(dial));
      case PeerNotice.Received(var dial, var message) -> received(dial, message);
      case PeerNotice.Written(var dial) -> written(dial);
      case PeerNotice.Ended(var dial) -> ended(dial);
      case PeerNotice.Stop _ -> over = true;
    }
  }

  private void want(WantedStream stream) {
    wanted++;
    streams.put(stream.number(), stream);
    on(new PeerEvent.Wanted(stream.number(), stream.chat()));
  }

  private void unwant(long number) {
    streams.remove(number);
    on(new PeerEvent.Unwanted(number));
  }

  private void moved(@Nullable String now) {
    var before = address;
    address = now;
    if (now == null) {
      if (before != null) {
        on(new PeerEvent.Died());
      }
    } else if (!now.equals(before)) {
      on(new PeerEvent.AddressChanged());
    }
  }

  private void dial(long dial) {
    var me = world.self().id().get();
    var handshake = new Handshake.Dialing(world.self().secret(), me, id, world.nonce());
    var link = new DialedLink(dial, handshake, streams);
    links.put(dial, link);
    var where = address;
    if (where != null) {
      count(Happening.DIALLED);
      link.began(relay.dialer().dial(where, new PeerEar(dial, mailbox)));
    }
  }

  private void opened(long dial, Link link) {
    var dialed = links.get(dial);
    if (dialed == null) {
      link.close(); // It was given up meanwhile.
    } else {
      dialed.opened(link);
    }
  }

  private void failed(long dial, Throwable cause) {
    var link = links.get(dial);
    if (link != null) {
      count(Happening.DIAL_FAILED);
      troubles.failed(address, cause);
      drop(link, new PeerEvent.DialFailed(dial));
    }
  }

  private void ended(long dial) {
    var link = links.get(dial);
    if (link == null) {
      return;
    }
    if (link.isEstablished()) {
      drop(link, new PeerEvent.LinkLost(dial));
    } else {
      failed(dial, new NoLink("it hung up"));
    }
  }

  private void written(long dial) {
    var link = links.get(dial);
    if (link != null) {
      link.written();
    }
  }

  private void received(long dial, ByteBuffer message) {
    var link = links.get(dial);
    if (link == null) {
      return;
    }
    if (!link.isEstablished()) {
      greeted(link, link.answered(message));
      return;
    }
    on(new PeerEvent.Heard(dial));
    try {
      for (var said : Frames.decode(message)) {
        hear(dial, said);
      }
      link.readOn();
    } catch (MalformedMessage malformed) {
      world.runtime().telemetry().trouble("what replica " + id + " says", malformed);
      drop(link, new PeerEvent.LinkLost(dial));
    }
  }

  private void greeted(DialedLink link, Handshake.Outcome outcome) {
    var dial = link.dial();
    switch (outcome) {
      case Handshake.Outcome.Proven(var proof) -> {
        link.establish(proof);
        count(Happening.LINK_OPENED);
        troubles.over();
        on(new PeerEvent.Dialed(dial));
      }
      case Handshake.Outcome.Refused _ -> {
        count(Happening.DIAL_FAILED);
        drop(link, new PeerEvent.DialRefused(dial));
      }
      case Handshake.Outcome.Other(var other) -> {
        count(Happening.DIAL_FAILED);
        troubles.failed(address, new NoLink("replica " + other + " is there"));
        drop(link, new PeerEvent.OtherAnswered(dial));
      }
      case Handshake.Outcome.Malformed _, Handshake.Outcome.Reply _, Handshake.Outcome.Agreed _ ->
          failed(dial, new NoLink("it does not speak like a replica"));
    }
  }

  private void drop(DialedLink link, PeerEvent why) {
    links.remove(link.dial());
    over(link);
    on(why);
  }

  private void over(DialedLink link) {
    if (link.isEstablished()) {
      count(Happening.LINK_ENDED);
      if (!streams.isEmpty() && !over) {
        count(Happening.LINK_CUT);
      }
    }
    link.end();
  }

  private void count(Happening what) {
    world.runtime().telemetry().happened(what, 1);
  }

  private void hear(long dial, LinkMessage said) {
    switch (said) {
      case LinkMessage.Parts(var number, var run) -> {
        on(new PeerEvent.PartsCame(dial));
        tell(
            number,
            stream -> {
              if (!stream.receiver().parts(run) && !stream.isBeingOpened()) {
                on(new PeerEvent.Asked(number));
              }
            });
      }
      case LinkMessage.At(var number, var ask, var newest) ->
          tell(
              number,
              stream -> {
                stream.answered(ask);
                stream.receiver().at(ask, newest.episode(), newest.last());
              });
      case LinkMessage.Ended(var number, var episode) ->
          tell(number, stream -> stream.receiver().ended(episode));
      case LinkMessage.Pong _ -> on(new PeerEvent.Ponged(dial));
      // The end that dialled is asked nothing.
      case LinkMessage.Open _, LinkMessage.Close _, LinkMessage.Ping _ -> {}
    }
  }

  /// A receiver that fails loses its stream, and no other one does.
  private void tell(long number, Consumer<WantedStream> what) {
    var stream = streams.get(number);
    if (stream == null) {
      return; // It was closed meanwhile.
    }
    try {
      what.accept(stream);
    } catch (RuntimeException | Error bug) { // Also when there is no memory for what came.
      world.runtime().telemetry().broken("the receiver of chat " + stream.chat(), bug);
      unwant(number);
    }
  }

  private void on(PeerEvent event) {
    var now = world.runtime().time().nanos();
    perform(state.on(event, new PeerState.Moment(now, chance.nextDouble())));
  }

  private void perform(Step<PeerState, PeerAction> step) {
    state = step.next();
    refused = state.contact() instanceof Contact.Refused;
    for (var action : step.actions()) {
      switch (action) {
        case PeerAction.Dial(var dial) -> dial(dial);
        case PeerAction.CancelDial(var dial) -> end(dial);
        case PeerAction.CloseLink(var dial) -> end(dial);
        case PeerAction.Open(var dial, var numbers) -> link(dial).open(numbers);
        case PeerAction.CloseStream(var dial, var number) -> link(dial).close(number);
        case PeerAction.Ping(var dial) -> link(dial).ping();
        case PeerAction.AskOwners(var chats) -> askOwners(chats);
        case PeerAction.TellRefused _ ->
            troubles.failed(address, new NoLink("it has another cluster secret"));
        case PeerAction.TellUnanswered _ -> {
          count(Happening.DIAL_FAILED);
          troubles.failed(address, new NoLink("it does not answer"));
        }
      }
    }
  }

  private DialedLink link(long dial) {
    return Objects.requireNonNull(links.get(dial), "a link that the machine knows");
  }

  private void end(long dial) {
    var link = links.remove(dial);
    if (link != null) {
      over(link);
    }
  }

  private void askOwners(Set<ChatId> chats) {
    var runtime = world.runtime();
    runtime
        .threads()
        .newThread(() -> {
          try {
            relay.askOwners(chats);
          } catch (RuntimeException trouble) {
            // The peer is dialled again in any case; the feeds find out by themselves.
            runtime.telemetry().trouble("asking who owns the chats of replica " + id, trouble);
          }
        })
        .start();
  }
}
