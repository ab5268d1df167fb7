package chatd.server.wire;

import chatd.core.message.Usage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The `usage` object of a message.
public final class UsageCodec {
  private UsageCodec() {}

  /// As ASCII text.
  public static String encode(Usage usage) {
    return new String(
        Json.write(json -> {
          json.writeStartObject();
          write(json, "input_tokens", usage.inputTokens());
          write(json, "output_tokens", usage.outputTokens());
          write(json, "total_tokens", usage.totalTokens());
          write(json, "reasoning_tokens", usage.reasoningTokens());
          write(json, "cache_creation_tokens", usage.cacheCreationTokens());
          write(json, "cache_read_tokens", usage.cacheReadTokens());
          write(json, "context_limit", usage.contextLimit());
          json.writeEndObject();
        }),
        StandardCharsets.US_ASCII);
  }

  public static Usage decode(String text) {
    Map<String, Long> counts = new HashMap<>();
    try (var json = Json.parser(text.getBytes(StandardCharsets.US_ASCII))) {
      json.nextToken();
      JsonFields.each(json, name -> counts.put(name, json.getLongValue()));
    }
    return new Usage(
        counts.get("input_tokens"),
        counts.get("output_tokens"),
        counts.get("total_tokens"),
        counts.get("reasoning_tokens"),
        counts.get("cache_creation_tokens"),
        counts.get("cache_read_tokens"),
        counts.get("context_limit"));
  }

  private static void write(JsonGenerator json, String name, @Nullable Long count) {
    if (count != null) {
      json.writeNumberProperty(name, count.longValue());
    }
  }
}
