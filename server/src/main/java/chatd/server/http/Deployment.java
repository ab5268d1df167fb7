package chatd.server.http;

import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What clients are told about the deployment as a whole.
///
/// @param organization the one organization that everybody is in
/// @param since when its database was made
/// @param externalUrl where people reach it, if that is configured
public record Deployment(
    UUID id, UUID organization, Instant since, String version, @Nullable URI externalUrl) {}
