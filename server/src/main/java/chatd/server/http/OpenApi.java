package chatd.server.http;

import io.javalin.config.RoutesConfig;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The interface as an OpenAPI document, for programs that make clients. It is written by hand;
/// tests hold the routes and every answer against it.
final class OpenApi {
  /// Beside this class.
  static final String FILE = "openapi.yaml";

  static final String PATH = "/api/v2/openapi.yaml";

  private static final String MEDIA_TYPE = "application/yaml";

  private final byte[] document = read();

  void addTo(RoutesConfig routes) {
    routes.get(PATH, context -> context.contentType(MEDIA_TYPE).result(document));
  }

  private static byte[] read() {
    try (var file = OpenApi.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new FileNotFoundException(FILE);
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
