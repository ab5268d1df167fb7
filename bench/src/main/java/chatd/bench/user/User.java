package chatd.bench.user;

import chatd.server.wire.Json;
import java.io.IOException;
import java.time.Duration;

/// Somebody in whose name is attacked.
public record User(String name, String token) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// A new one, made by the administrator.
  public static User create(Deployment deployment, String name) throws IOException {
    var admin = deployment.adminToken();
    try (var client = new Client(deployment.ports().getFirst(), PATIENCE)) {
      var user =
          Json.write(json -> {
            json.writeStartObject();
            json.writeStringProperty("username", name);
            json.writeStringProperty("email", name + "@example.org");
            json.writeEndObject();
          });
      var made =
          client.exchange(Request.of("POST", "/api/v2/users").withToken(admin).withBody(user));
      var path = "/api/v2/users/" + name + "/keys/tokens";
      var token = "{\"name\":\"fuzz\"}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      var keyed = client.exchange(Request.of("POST", path).withToken(admin).withBody(token));
      if (made.status() != 201 || keyed.status() != 201) {
        throw new IOException("no user was made: " + made.text() + keyed.text());
      }
      return new User(name, Judge.json(keyed).path("key").asString());
    }
  }
}
