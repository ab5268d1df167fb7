package chatd.server.wire;

import chatd.core.feed.ClientCall;
import chatd.core.feed.Framing;
import chatd.core.watch.WatchKind;
import chatd.engine.port.Chat;
import chatd.engine.port.WatchEncoder;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.core.JsonGenerator;

/// Changes of chats as those who watch see them. `organization` is the one that every chat belongs
/// to. May be called from any thread.
public record JsonWatchEncoder(UUID organization) implements WatchEncoder {

  @Override
  public byte[] encode(Framing framing, WatchKind kind, Chat chat, List<ClientCall> calls) {
    return Json.write(json -> {
      switch (framing) {
        case ARRAY, SSE -> event(json, kind, chat, calls);
        case ENVELOPE -> {
          json.writeStartObject();
          json.writeStringProperty("type", "data");
          json.writeName("data");
          event(json, kind, chat, calls);
          json.writeEndObject();
        }
      }
    });
  }

  private void event(JsonGenerator json, WatchKind kind, Chat chat, List<ClientCall> calls) {
    json.writeStartObject();
    json.writeStringProperty("kind", kind.name().toLowerCase(Locale.ROOT));
    json.writeName("chat");
    new ChatCodec(organization).write(json, chat);
    if (kind == WatchKind.ACTION_REQUIRED) {
      ClientCallJson.write(json, calls);
    }
    json.writeEndObject();
  }
}
