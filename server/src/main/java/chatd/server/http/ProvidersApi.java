package chatd.server.http;

import chatd.engine.models.ModelAdministration;
import chatd.engine.models.ModelAdministration.ProviderChange;
import chatd.engine.models.Provider;
import chatd.engine.port.ProviderKind;
import chatd.server.wire.ModelCodec;
import chatd.server.wire.RequestFields;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The providers of models, for administrators.
final class ProvidersApi {
  private static final String PATH = "/providers";
  private static final int NAME_MAX = 200;
  private static final int KEY_BYTES_MAX = 10 << 10;

  private final ModelAdministration administration;

  ProvidersApi(ModelAdministration administration) {
    this.administration = administration;
  }

  void addTo(UserRoutes routes) {
    var invalidId = ApiError.PROVIDER_ID_INVALID;
    Administration.add(routes, HandlerType.GET, PATH, this::list);
    Administration.add(routes, HandlerType.POST, PATH, this::create);
    Administration.add(routes, HandlerType.PATCH, PATH, invalidId, this::change);
    Administration.add(routes, HandlerType.DELETE, PATH, invalidId, this::delete);
  }

  /// What a request wants to set. What is null was not said.
  private record Wanted(
      @Nullable String kind,
      @Nullable String displayName,
      @Nullable String apiKey,
      @Nullable String baseUrl,
      @Nullable Boolean enabled) {

    static Wanted read(RequestFields fields, boolean isNew) {
      if (isNew) {
        fields.require("provider");
      }
      var wanted =
          new Wanted(
              fields.text("provider"),
              stripped(fields.text("display_name")),
              stripped(fields.text("api_key")),
              stripped(fields.text("base_url")),
              fields.flag("enabled"));
      wanted.checkForms(fields);
      RequestBody.requireTypes(fields);
      return wanted;
    }

    private void checkForms(RequestFields fields) {
      if (displayName != null && displayName.codePointCount(0, displayName.length()) > NAME_MAX) {
        fields.refuse("display_name", "must have at most " + NAME_MAX + " characters");
      }
      if (apiKey != null && !apiKey.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
        fields.refuse("api_key", "must have visible ASCII characters only");
      }
    }

    private static @Nullable String stripped(@Nullable String text) {
      return text == null ? null : Whitespace.trimmed(text);
    }

    ProviderChange change() {
      if (apiKey != null && apiKey.length() > KEY_BYTES_MAX) {
        throw ApiError.API_KEY_TOO_LARGE.asException();
      }
      return new ProviderChange(displayName, baseUrl, apiKey, enabled);
    }
  }

  private void list(Context context, Caller caller) {
    Answers.json(context, 200, ModelCodec.providers(administration.providers()));
  }

  private void create(Context context, Caller caller) {
    var wanted = read(context, true);
    var kind = wanted.kind() == null ? null : ProviderKind.of(wanted.kind()).orElse(null);
    if (kind == null) {
      throw ApiError.PROVIDER_INVALID.asException();
    }
    var added = Administration.changed(administration.addProvider(kind, wanted.change()));
    Answers.json(context, 201, ModelCodec.provider(added));
  }

  private void change(Context context, UUID id) {
    var known = administration.providers();
    Administration.requireKnown(known.stream().map(provider -> provider.entry().id()), id);
    var wanted = read(context, false);
    if (wanted.kind() != null && !isOfKind(known, id, wanted.kind())) {
      throw ErrorAnswer.of(ApiError.PROVIDER_INVALID, "The kind of a provider cannot be changed.")
          .asException();
    }
    var changed = Administration.changed(administration.changeProvider(id, wanted.change()));
    Answers.json(context, 200, ModelCodec.provider(changed));
  }

  private static boolean isOfKind(List<Provider> known, UUID id, String kind) {
    return known.stream()
        .filter(provider -> provider.entry().id().equals(id))
        .allMatch(provider -> provider.entry().kind().wireName().equals(kind));
  }

  private void delete(Context context, UUID id) {
    var _ = Administration.changed(administration.removeProvider(id));
    Answers.empty(context);
  }

  private static Wanted read(Context context, boolean isNew) {
    var body = RequestBody.read(context, RequestBody.LIMIT);
    return Wanted.read(RequestBody.fields(body), isNew);
  }
}
