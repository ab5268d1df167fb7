package chatd.engine.port;

import chatd.core.message.UserId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// New words on a chat. Null keeps what is there; `by` null: chatd itself, which never overwrites
/// the title of a person.
public record DescribeChat(
    @Nullable UserId by,
    @Nullable String title,
    @Nullable Map<String, String> labels,
    @Nullable Integer pinOrder) {}
