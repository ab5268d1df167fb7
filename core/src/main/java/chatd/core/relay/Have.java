package chatd.core.relay;

import chatd.core.part.Episode;

/// How far a mirror is: its episode, and the last number it has of it.
public record Have(Episode episode, long last) {

  /// No part of anything.
  public static final Have NOTHING = new Have(new Episode(0, 0), 0);
}
