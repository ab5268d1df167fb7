package chatd.server.http;

import chatd.engine.models.ModelAdministration;
import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.server.wire.ModelCodec;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.UUID;

/// The models that people can choose, for administrators.
final class ModelConfigsApi {
  private static final String PATH = "/model-configs";

  private final ModelAdministration administration;

  ModelConfigsApi(ModelAdministration administration) {
    this.administration = administration;
  }

  void addTo(UserRoutes routes) {
    var invalidId = ApiError.MODEL_CONFIG_INVALID;
    Administration.add(routes, HandlerType.GET, PATH, this::list);
    Administration.add(routes, HandlerType.POST, PATH, this::create);
    Administration.add(routes, HandlerType.PATCH, PATH, invalidId, this::change);
    Administration.add(routes, HandlerType.DELETE, PATH, invalidId, this::delete);
  }

  private void list(Context context, Caller caller) {
    Answers.json(context, 200, ModelCodec.models(administration.models()));
  }

  private void create(Context context, Caller caller) {
    var wanted = read(context, true);
    var added = Administration.changed(administration.addModel(wanted::on));
    Answers.json(context, 201, ModelCodec.model(added));
  }

  private void change(Context context, UUID id) {
    Administration.requireKnown(administration.models().stream().map(ModelEntry::id), id);
    var wanted = read(context, false);
    var changed = Administration.changed(administration.changeModel(id, wanted::on));
    Answers.json(context, 200, ModelCodec.model(changed));
  }

  private void delete(Context context, UUID id) {
    var _ = Administration.changed(administration.removeModel(id));
    Answers.empty(context);
  }

  private static ModelConfigFields read(Context context, boolean isNew) {
    var body = RequestBody.read(context, RequestBody.LIMIT);
    return ModelConfigFields.read(RequestBody.fields(body), isNew);
  }
}
