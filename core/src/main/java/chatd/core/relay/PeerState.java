package chatd.core.relay;

import chatd.core.Step;
import chatd.core.chat.BrokenInvariant;
import chatd.core.message.ChatId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One replica's dealings with another one whose parts it wants: the streams, and the one link that
/// carries them.
///
/// Dialling, waiting and giving up belong to the peer, never to a chat. A chat only adds or removes
/// a stream; what is opened on a link is what is wanted when it opens. So nothing that comes late
/// can matter: it bears the number of a dialling that is not the current one.
///
/// @param streams what is wanted, by number
/// @param lastStream the highest number ever wanted
/// @param lastDial the number of the newest dialling
/// @param reachable whether there is an address
public record PeerState(
    RelayTimes times,
    Map<Long, ChatId> streams,
    long lastStream,
    long lastDial,
    boolean reachable,
    Contact contact) {

  public PeerState {
    streams = Map.copyOf(streams);
  }

  /// What a machine may know of the world outside: a monotonic reading in nanoseconds, and a number
  /// drawn from 0 to 1.
  public record Moment(long now, double chance) {}

  /// A peer of whom nothing is known and nothing is wanted.
  public static PeerState of(RelayTimes times) {
    return new PeerState(times, Map.of(), 0, 0, false, new Contact.Closed());
  }

  /// When the next `Alarm` is due, in monotonic nanoseconds. One that comes early or late does no
  /// harm.
  public OptionalLong alarmAt() {
    return switch (contact) {
      case Contact.Dialing(_, _, var until) -> OptionalLong.of(until);
      case Contact.Open open -> OptionalLong.of(alarmAt(open));
      case Contact.Backoff(_, var until) -> OptionalLong.of(until);
      case Contact.Closed _, Contact.Refused _, Contact.Gone _ -> OptionalLong.empty();
    };
  }

  private long alarmAt(Contact.Open open) {
    if (streams.isEmpty()) {
      return open.emptiedAt() + times.unused().toNanos();
    }
    var deadAt = deadAt(open);
    return deadAt - open.pingAt() < 0 ? deadAt : open.pingAt();
  }

  private long deadAt(Contact.Open open) {
    return open.heardAt() + times.silence().toNanos();
  }

  public Step<PeerState, PeerAction> on(PeerEvent event, Moment moment) {
    return switch (event) {
      case PeerEvent.Wanted(var stream, var chat) -> wanted(stream, chat, moment);
      case PeerEvent.Unwanted(var stream) -> unwanted(stream, moment);
      case PeerEvent.Asked(var stream) -> asked(stream);
      case PeerEvent.Dialed(var dial) -> dialed(dial, moment);
      case PeerEvent.DialFailed(var dial) -> dialFailed(dial, moment);
      case PeerEvent.DialRefused(var dial) -> dialRefused(dial);
      case PeerEvent.OtherAnswered(var dial) -> otherAnswered(dial);
      case PeerEvent.Heard(var dial) -> heard(dial, moment);
      case PeerEvent.PartsCame(var dial) -> partsCame(dial, moment);
      case PeerEvent.Ponged(var dial) -> ponged(dial, moment);
      case PeerEvent.LinkLost(var dial) -> linkLost(dial, moment);
      case PeerEvent.Alarm _ -> alarm(moment);
      case PeerEvent.AddressChanged _ -> addressChanged(moment);
      case PeerEvent.Died _ -> died();
    };
  }

  private Step<PeerState, PeerAction> wanted(long stream, ChatId chat, Moment moment) {
    if (stream <= lastStream) {
      throw new BrokenInvariant("stream " + stream + " after " + lastStream);
    }
    var more = new HashMap<>(streams);
    more.put(stream, chat);
    var next = new PeerState(times, more, stream, lastDial, reachable, contact);
    return switch (contact) {
      case Contact.Closed _ when reachable -> next.dial(0, moment);
      case Contact.Open open -> next.firstOrMore(open, stream, moment);
      case Contact.Closed _,
          Contact.Dialing _,
          Contact.Backoff _,
          Contact.Refused _,
          Contact.Gone _ ->
          Step.to(next);
    };
  }

  private Step<PeerState, PeerAction> firstOrMore(Contact.Open open, long stream, Moment moment) {
    // A link without streams is not pinged, so its silence until now means nothing.
    var used = streams.size() == 1 ? open.heard(moment.now()).pinged(pingAfter(moment)) : open;
    return step(with(used), new PeerAction.Open(open.dial(), List.of(stream)));
  }

  private Step<PeerState, PeerAction> unwanted(long stream, Moment moment) {
    if (!streams.containsKey(stream)) {
      return Step.to(this);
    }
    var fewer = new HashMap<>(streams);
    fewer.remove(stream);
    var next = new PeerState(times, fewer, lastStream, lastDial, reachable, contact);
    return switch (contact) {
      case Contact.Open open -> {
        var left = fewer.isEmpty() ? next.with(open.emptied(moment.now())) : next;
        yield step(left, new PeerAction.CloseStream(open.dial(), stream));
      }
      case Contact.Dialing(var dial, _, _) when fewer.isEmpty() ->
          step(next.with(new Contact.Closed()), new PeerAction.CancelDial(dial));
      case Contact.Backoff _ when fewer.isEmpty() -> Step.to(next.with(new Contact.Closed()));
      case Contact.Closed _,
          Contact.Dialing _,
          Contact.Backoff _,
          Contact.Refused _,
          Contact.Gone _ ->
          Step.to(next);
    };
  }

  private Step<PeerState, PeerAction> asked(long stream) {
    return contact instanceof Contact.Open open && streams.containsKey(stream)
        ? step(this, new PeerAction.Open(open.dial(), List.of(stream)))
        : Step.to(this); // Every stream is opened anew when the next link is there.
  }

  private Step<PeerState, PeerAction> dialed(long dial, Moment moment) {
    var dialing = dialing(dial);
    if (dialing == null) {
      return step(this, new PeerAction.CloseLink(dial)); // Nobody waits for it any more.
    }
    var now = moment.now();
    var open = new Contact.Open(dial, dialing.failures(), now, now, pingAfter(moment), now);
    return step(with(open), new PeerAction.Open(dial, streams.keySet().stream().sorted().toList()));
  }

  private Step<PeerState, PeerAction> dialFailed(long dial, Moment moment) {
    var dialing = dialing(dial);
    return Step.to(dialing == null ? this : backingOff(dialing.failures() + 1, moment));
  }

  private Step<PeerState, PeerAction> dialRefused(long dial) {
    return dialing(dial) == null
        ? Step.to(this)
        : step(with(new Contact.Refused()), new PeerAction.TellRefused());
  }

  private Step<PeerState, PeerAction> otherAnswered(long dial) {
    return dialing(dial) == null
        ? Step.to(this)
        : new Step<>(with(new Contact.Gone()), askOwners());
  }

  private Step<PeerState, PeerAction> heard(long dial, Moment moment) {
    var open = open(dial);
    return Step.to(open == null ? this : with(open.heard(moment.now())));
  }

  private Step<PeerState, PeerAction> partsCame(long dial, Moment moment) {
    var open = open(dial);
    return Step.to(open == null ? this : with(open.heard(moment.now()).proven()));
  }

  private Step<PeerState, PeerAction> ponged(long dial, Moment moment) {
    var open = open(dial);
    if (open == null) {
      return Step.to(this);
    }
    var heard = open.heard(moment.now());
    var isSteady = moment.now() - open.openedAt() >= times.steady().toNanos();
    return Step.to(with(isSteady ? heard.proven() : heard));
  }

  private Step<PeerState, PeerAction> linkLost(long dial, Moment moment) {
    var open = open(dial);
    return open == null ? Step.to(this) : new Step<>(lost(open, moment), askOwners());
  }

  private Step<PeerState, PeerAction> alarm(Moment moment) {
    return switch (contact) {
      case Contact.Dialing(var dial, var failures, var until) when isOver(until, moment) ->
          new Step<>(
              backingOff(failures + 1, moment),
              List.of(new PeerAction.CancelDial(dial), new PeerAction.TellUnanswered()));
      case Contact.Backoff(var failures, var until) when isOver(until, moment) ->
          dial(failures, moment);
      case Contact.Open open when streams.isEmpty() ->
          isOver(alarmAt(open), moment)
              ? step(with(new Contact.Closed()), new PeerAction.CloseLink(open.dial()))
              : Step.to(this);
      case Contact.Open open when isOver(deadAt(open), moment) ->
          new Step<>(
              lost(open, moment), List.of(new PeerAction.CloseLink(open.dial()), askOwner()));
      case Contact.Open open when isOver(open.pingAt(), moment) ->
          step(with(open.pinged(pingAfter(moment))), new PeerAction.Ping(open.dial()));
      case Contact.Closed _,
          Contact.Dialing _,
          Contact.Open _,
          Contact.Backoff _,
          Contact.Refused _,
          Contact.Gone _ ->
          Step.to(this); // It came early, or for something that is over.
    };
  }

  private Step<PeerState, PeerAction> addressChanged(Moment moment) {
    var next = new PeerState(times, streams, lastStream, lastDial, true, contact);
    return switch (contact) {
      case Contact.Closed _, Contact.Refused _, Contact.Gone _ ->
          streams.isEmpty() ? Step.to(next.with(new Contact.Closed())) : next.dial(0, moment);
      case Contact.Dialing _, Contact.Open _, Contact.Backoff _ -> Step.to(next);
    };
  }

  private Step<PeerState, PeerAction> died() {
    var gone = new PeerState(times, streams, lastStream, lastDial, false, new Contact.Gone());
    return switch (contact) {
      case Contact.Dialing(var dial, _, _) -> step(gone, new PeerAction.CancelDial(dial));
      case Contact.Open open -> step(gone, new PeerAction.CloseLink(open.dial()));
      case Contact.Closed _, Contact.Backoff _, Contact.Refused _, Contact.Gone _ -> Step.to(gone);
    };
  }

  private Step<PeerState, PeerAction> dial(int failures, Moment moment) {
    var dial = lastDial + 1;
    var dialing = new Contact.Dialing(dial, failures, moment.now() + times.dial().toNanos());
    return step(
        new PeerState(times, streams, lastStream, dial, reachable, dialing),
        new PeerAction.Dial(dial));
  }

  /// A link that is lost again and again before it was of any use counts as failures do.
  private PeerState lost(Contact.Open open, Moment moment) {
    return streams.isEmpty() ? with(new Contact.Closed()) : backingOff(open.failures() + 1, moment);
  }

  private PeerState backingOff(int failures, Moment moment) {
    var wait = times.backoffNanos(failures, moment.chance());
    return with(new Contact.Backoff(failures, moment.now() + wait));
  }

  private List<PeerAction> askOwners() {
    return streams.isEmpty() ? List.of() : List.of(askOwner());
  }

  private PeerAction askOwner() {
    return new PeerAction.AskOwners(new HashSet<>(streams.values()));
  }

  private long pingAfter(Moment moment) {
    return moment.now() + times.ping().toNanos();
  }

  private Contact.@Nullable Dialing dialing(long dial) {
    return contact instanceof Contact.Dialing dialing && dialing.dial() == dial ? dialing : null;
  }

  private Contact.@Nullable Open open(long dial) {
    return contact instanceof Contact.Open open && open.dial() == dial ? open : null;
  }

  private PeerState with(Contact next) {
    return new PeerState(times, streams, lastStream, lastDial, reachable, next);
  }

  private static boolean isOver(long until, Moment moment) {
    return moment.now() - until >= 0; // Monotonic readings may wrap around.
  }

  private static Step<PeerState, PeerAction> step(PeerState next, PeerAction action) {
    return new Step<>(next, List.of(action));
  }
}
