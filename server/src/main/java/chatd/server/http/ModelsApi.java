package chatd.server.http;

import chatd.engine.port.ModelCatalog;
import chatd.server.wire.ModelCodec;
import io.javalin.http.HandlerType;

/// What people can choose to be answered by.
final class ModelsApi {
  private final ModelCatalog models;

  ModelsApi(ModelCatalog models) {
    this.models = models;
  }

  void addTo(UserRoutes routes) {
    routes.addToChats(
        HandlerType.GET,
        "/models",
        (context, _) -> Answers.json(context, 200, ModelCodec.offers(models.offers())));
  }
}
