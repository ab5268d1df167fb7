package chatd.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.function.Supplier;

/// The figures of this replica, for anyone who reaches it: they name no chat and no user.
///
/// @param figures in the text format of Prometheus, as of now
public record MetricsApi(Supplier<String> figures) {
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  public void addTo(RoutesConfig routes) {
    routes.get("/metrics", this::show);
  }

  private void show(Context context) {
    context.contentType(TYPE).result(figures.get());
  }
}
