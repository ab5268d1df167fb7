package chatd.server.wire;

import chatd.core.message.ContentPart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The content of committed and queued messages as bytes.
///
/// What clients may see is one JSON array in the shape that they get, so that it is stored once and
/// passed on as it is. What only a provider may see stands apart, each piece with its place among
/// all parts.
public final class ContentCodec {
  private ContentCodec() {}

  /// `hidden` is null when there is nothing to hide.
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  public record Encoded(byte[] visible, byte @Nullable [] hidden) {}

  public static Encoded encode(List<ContentPart> parts) {
    var hides = parts.stream().anyMatch(ContentPart.ProviderState.class::isInstance);
    return new Encoded(visible(parts), hides ? hidden(parts) : null);
  }

  /// The array that clients see.
  public static byte[] visible(List<ContentPart> parts) {
    return Json.write(json -> {
      json.writeStartArray();
      parts.stream()
          .filter(part -> !(part instanceof ContentPart.ProviderState))
          .forEach(part -> ContentPartJson.write(json, part));
      json.writeEndArray();
    });
  }

  private static byte[] hidden(List<ContentPart> parts) {
    return Json.write(json -> {
      json.writeStartArray();
      for (var i = 0; i < parts.size(); i++) {
        if (parts.get(i) instanceof ContentPart.ProviderState(var provider, var state)) {
          json.writeStartObject();
          json.writeNumberProperty("at", i);
          json.writeStringProperty("provider", provider);
          json.writeName("state");
          Json.writeRaw(json, state);
          json.writeEndObject();
        }
      }
      json.writeEndArray();
    });
  }

  /// The parts that were encoded, in their order.
  public static List<ContentPart> decode(byte[] visible, byte @Nullable [] hidden) {
    List<ContentPart> parts = new ArrayList<>();
    try (var json = Json.storedParser(visible)) {
      json.nextToken();
      JsonFields.elements(json, () -> parts.add(readPart(json)));
    }
    if (hidden != null) {
      insertHidden(parts, hidden);
    }
    return List.copyOf(parts);
  }

  private static void insertHidden(List<ContentPart> parts, byte[] hidden) {
    try (var json = Json.storedParser(hidden)) {
      json.nextToken();
      JsonFields.elements(
          json,
          () -> {
            var fields = PartFields.read(json);
            parts.add(fields.at, fields.providerState());
          });
    }
  }

  private static ContentPart readPart(JsonParser json) {
    return PartFields.read(json).part();
  }
}
