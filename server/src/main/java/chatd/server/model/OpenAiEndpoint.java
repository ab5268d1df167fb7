package chatd.server.model;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a chat completions API is. Without a key none is sent, as local servers like it.
public record OpenAiEndpoint(URI baseUrl, @Nullable ApiKey key) {
  /// OpenAI itself.
  public static final URI OPENAI = URI.create("https://api.openai.com/v1");

  /// An endpoint at a base address, such as `https://api.openai.com/v1`.
  ///
  /// @throws BadModelSettings if the address is no http or https address of a host
  public OpenAiEndpoint {
    var scheme = baseUrl.getScheme() == null ? "" : baseUrl.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || baseUrl.getHost() == null) {
      throw new BadModelSettings(
          "The base URL of the model provider must look like " + OPENAI + ".");
    }
  }

  URI completions() {
    // Azure wants its version in the query.
    var query = baseUrl.getRawQuery() == null ? "" : "?" + baseUrl.getRawQuery();
    var path = baseUrl.getRawPath().replaceFirst("/+$", "") + "/chat/completions";
    return URI.create(baseUrl.getScheme() + "://" + baseUrl.getRawAuthority() + path + query);
  }
}
