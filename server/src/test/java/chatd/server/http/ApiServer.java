package chatd.server.http;

import static java.util.Objects.requireNonNull;

import chatd.server.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// One [ApiStage] for all test classes that register this, with default settings. Each test uses
/// people of its own.
final class ApiServer implements BeforeAllCallback {
  private final TestPostgres postgres = new TestPostgres();
  private @Nullable ApiStage stage;

  @Override
  public void beforeAll(ExtensionContext context) {
    postgres.beforeAll(context);
    stage =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(ApiServer.class))
            .computeIfAbsent(ApiStage.class, _ -> stage(ApiStage.Settings.DEFAULT), ApiStage.class);
  }

  ApiStage stage() {
    return requireNonNull(stage);
  }

  /// Another server, which the caller closes.
  ApiStage stage(ApiStage.Settings settings) {
    try {
      return new ApiStage(postgres, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
