package chatd.server.wire;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads the fields of one object or the elements of one array, in the order they come.
public final class JsonFields {
  private JsonFields() {}

  /// Calls `field` with each name while the parser stands on its value; `field` reads that value or
  /// leaves it. The parser stands on the object's start before and on its end afterwards.
  public static void each(JsonParser json, Field field) {
    require(json, JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      field.read(name);
      json.skipChildren();
    }
  }

  /// Calls `element` while the parser stands on each element. The parser stands on the array's
  /// start before and on its end afterwards.
  public static void elements(JsonParser json, Runnable element) {
    require(json, JsonToken.START_ARRAY);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      element.run();
      json.skipChildren();
    }
  }

  private static void require(JsonParser json, JsonToken token) {
    if (json.currentToken() != token) {
      throw new Json.NotOneValue();
    }
  }

  /// What to do with a field.
  @FunctionalInterface
  public interface Field {
    void read(String name);
  }
}
