package chatd.engine.parts;

import chatd.core.message.ChatId;
import chatd.core.part.EncodedPart;
import chatd.core.part.PartLog;
import java.util.OptionalLong;

/// The writing end of one part log. Used by one thread, apart from `seal`, which any may call.
public final class PartWriter {
  private final PartLogs logs;
  private final ChatId chat;
  private final PartLog log;

  PartWriter(PartLogs logs, ChatId chat, PartLog log) {
    this.logs = logs;
    this.chat = chat;
    this.log = log;
  }

  /// Numbers a part and tells those who watch. Empty: the log is sealed and the part is refused.
  public OptionalLong append(EncodedPart part) {
    var seq = log.append(part);
    if (seq.isPresent()) {
      logs.appended(chat, log);
    }
    return seq;
  }

  /// Accepts nothing any more; the log stays readable for a while. Returns the last number, 0 if
  /// there is none.
  public long seal() {
    var first = !log.isSealed();
    var last = log.seal();
    if (first) {
      logs.sealed(chat, log);
    }
    return last;
  }
}
