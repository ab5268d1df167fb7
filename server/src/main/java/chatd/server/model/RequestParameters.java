package chatd.server.model;

import chatd.engine.port.ModelParameters;
import chatd.server.wire.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes how a model is to be asked. An option of the same name has the last word.
///
/// @param json stands in the object of the request
record RequestParameters(JsonGenerator json, ModelParameters wanted) {

  /// Nothing is written if there is no value.
  void number(String name, @Nullable Number value) {
    if (value != null && !wanted.providerOptions().containsKey(name)) {
      json.writeName(name);
      json.writeNumber(value.toString());
    }
  }

  /// The options that are passed on as they are.
  void options() {
    wanted
        .providerOptions()
        .forEach((name, value) -> {
          json.writeName(ProviderText.of(name));
          Json.writeRaw(json, ProviderText.wellFormed(value));
        });
  }
}
