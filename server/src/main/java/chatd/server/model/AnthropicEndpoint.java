package chatd.server.model;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Where a Messages API is, at a base address such as `https://api.anthropic.com`, with or without
/// the version at its end.
record AnthropicEndpoint(URI baseUrl, @Nullable ApiKey key) {

  URI messages() {
    var path = baseUrl.getRawPath().replaceFirst("/+$", "");
    var version = path.endsWith("/v1") ? "" : "/v1";
    var query = baseUrl.getRawQuery() == null ? "" : "?" + baseUrl.getRawQuery();
    return URI.create(
        baseUrl.getScheme()
            + "://"
            + baseUrl.getRawAuthority()
            + path
            + version
            + "/messages"
            + query);
  }
}
