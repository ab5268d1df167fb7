package chatd.engine.parts;

import chatd.core.part.Episode;

/// Hears what happens to the part logs of one chat, on the thread of whoever does it: it posts to a
/// mailbox and returns.
public interface PartListener {
  void appended(Episode episode);

  void sealed(Episode episode);
}
