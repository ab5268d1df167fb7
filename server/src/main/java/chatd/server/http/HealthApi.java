package chatd.server.http;

import chatd.server.wire.DeploymentCodec;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.List;
import java.util.Locale;

/// Signs of life for those who watch over processes. No token is needed.
final class HealthApi {
  private final Readiness readiness;

  HealthApi(Readiness readiness) {
    this.readiness = readiness;
  }

  void addTo(RoutesConfig routes) {
    add(routes, "/healthz", HealthApi::healthy);
    add(routes, "/readyz", this::ready);
  }

  /// Load balancers like to ask without wanting a body.
  private static void add(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }

  private static void healthy(Context context) {
    Answers.json(context, 200, DeploymentCodec.health("ok", List.of(), List.of()));
  }

  private void ready(Context context) {
    var reasons = readiness.reasons().stream().sorted().toList();
    var others = readiness.withOtherSecret().stream().sorted().toList();
    if (reasons.isEmpty()) {
      Answers.json(context, 200, DeploymentCodec.health("ready", List.of(), others));
    } else {
      var words = reasons.stream().map(reason -> reason.name().toLowerCase(Locale.ROOT)).toList();
      Answers.json(context, 503, DeploymentCodec.health("not_ready", words, others));
    }
  }
}
