package chatd.core.relay;

import chatd.core.message.ChatId;

/// What happens to a peer. A `dial` is the number of the dialling that is spoken of, also when it
/// has become a link.
public sealed interface PeerEvent {

  /// A stream of this chat is wanted. Its number is higher than any before.
  record Wanted(long stream, ChatId chat) implements PeerEvent {}

  record Unwanted(long stream) implements PeerEvent {}

  /// The stream is to be opened again, after what its mirror has now.
  record Asked(long stream) implements PeerEvent {}

  /// There is a link, and the ids of both ends agree.
  record Dialed(long dial) implements PeerEvent {}

  record DialFailed(long dial) implements PeerEvent {}

  /// The two ends do not have the same secret.
  record DialRefused(long dial) implements PeerEvent {}

  /// Another replica is at the peer's address.
  record OtherAnswered(long dial) implements PeerEvent {}

  /// Bytes came, whatever they were.
  record Heard(long dial) implements PeerEvent {}

  record PartsCame(long dial) implements PeerEvent {}

  /// A ping was answered.
  record Ponged(long dial) implements PeerEvent {}

  record LinkLost(long dial) implements PeerEvent {}

  /// Time has passed; perhaps enough for something.
  record Alarm() implements PeerEvent {}

  /// The peer's address became known or changed.
  record AddressChanged() implements PeerEvent {}

  /// The peer was declared dead, or has left.
  record Died() implements PeerEvent {}
}
