package chatd.server.wire;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// UUIDs as clients write them. Java alone would take shorter forms, too.
public final class UuidText {
  private static final Pattern FORM =
      Pattern.compile(
          "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

  private UuidText() {}

  public static Optional<UUID> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
  }
}
