package chatd.server.http;

import chatd.engine.port.StoreException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a route that threw is answered with.
final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static void answerOn(RoutesConfig routes) {
    routes.exception(
        RefusedException.class, (refused, context) -> refused.answer().writeTo(context));
    routes.exception(HttpResponseException.class, Failures::answerRouter);
    routes.exception(StoreException.class, Failures::answerStore);
    routes.exception(Exception.class, Failures::answerUnexpected);
  }

  private static void answerRouter(HttpResponseException thrown, Context context) {
    switch (thrown) {
      case NotFoundResponse _ -> ApiError.ROUTE_NOT_FOUND.answer().writeTo(context);
      case MethodNotAllowedResponse refused -> {
        // The one detail there is; its name depends on who asks.
        refused.getDetails().values().forEach(allowed -> context.header("Allow", allowed));
        ApiError.METHOD_NOT_ALLOWED.answer().writeTo(context);
      }
      default -> answerUnexpected(thrown, context);
    }
  }

  private static void answerStore(StoreException failure, Context context) {
    switch (failure.kind()) {
      case UNAVAILABLE, OUTCOME_UNKNOWN -> {
        LOG.warn(
            "Request {} got no answer of the database: {}",
            RequestId.of(context),
            failure.getMessage());
        ApiError.UNAVAILABLE.answer().writeTo(context);
      }
      case BROKEN -> answerUnexpected(failure, context);
    }
  }

  private static void answerUnexpected(Exception failure, Context context) {
    // Without what the client put into the address: it may hold names, and a token.
    LOG.error(
        "Request {} failed: {} {}",
        RequestId.of(context),
        context.method().name(),
        RouteTemplate.of(context),
        failure);
    ApiError.INTERNAL.answer().writeTo(context);
  }

  /// The answer when even the route's thread is in trouble.
  static void answerError(HttpServletResponse response, Error error) {
    LOG.error("A request failed.", error);
    try {
      response.setStatus(ApiError.INTERNAL.status());
      response.setContentType(ErrorAnswer.JSON);
      response.getOutputStream().write(Answers.line(ApiError.INTERNAL.answer().body().encode()));
    } catch (IOException lost) {
      LOG.debug("Nobody is left to be told.", lost);
    }
  }
}
