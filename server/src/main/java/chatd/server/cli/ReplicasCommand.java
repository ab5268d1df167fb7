package chatd.server.cli;

import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.server.config.PlaceOptions;
import chatd.server.config.ReplicasOptions;
import chatd.server.config.Secret;
import chatd.server.wire.DeploymentCodec;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/// `chatd replicas`: shows who serves a deployment, as one of them tells it.
final class ReplicasCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final PlaceOptions place;
  private final ReplicasOptions options;
  private final Terminal terminal;

  ReplicasCommand(PlaceOptions place, ReplicasOptions options, Terminal terminal) {
    this.place = place;
    this.options = options;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    ReplicaTable.of(replicas(token())).forEach(terminal.out()::println);
    return 0;
  }

  private Secret token() {
    var given = options.adminToken();
    if (given != null) {
      return given;
    }
    var folder = place.dataDir().toAbsolutePath().normalize();
    return AdminToken.find(folder)
        .orElseThrow(() ->
            new CannotRun(
                "There is no token in %s; name the administrator's with --admin-token or CHATD_ADMIN_TOKEN, or its folder with --data-dir."
                    .formatted(folder)));
  }

  private List<Replica> replicas(Secret token) throws InterruptedException {
    var answer = ask(token);
    return switch (answer.statusCode()) {
      case 200 -> DeploymentCodec.readReplicas(answer.body()).orElseThrow(this::noChatd);
      case 401 -> throw unknownToken();
      case 403 ->
          throw new CannotRun(
              "The token is that of a user; replicas are shown to administrators alone.");
      case 503 -> throw new CannotRun("The chatd at %s has no database now.".formatted(url()));
      default -> throw noChatd();
    };
  }

  private HttpResponse<byte[]> ask(Secret token) throws InterruptedException {
    try (var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build()) {
      return client.send(request(token), BodyHandlers.ofByteArray());
    } catch (ConnectException e) {
      throw new CannotRun(
          "Nobody answers at %s; name the address of a chatd that runs with --url."
              .formatted(url()),
          e);
    } catch (HttpTimeoutException e) {
      throw new CannotRun(
          "%s did not answer within %d s.".formatted(url(), PATIENCE.toSeconds()), e);
    } catch (IOException e) {
      throw new CannotRun("%s cannot be asked: %s.".formatted(url(), e.getMessage()), e);
    }
  }

  private HttpRequest request(Secret token) {
    var request = HttpRequest.newBuilder(URI.create(url() + "/api/v2/replicas")).timeout(PATIENCE);
    try {
      return request.header("Authorization", "Bearer " + token.value()).build();
    } catch (IllegalArgumentException _) { // It names the token.
      throw unknownToken();
    }
  }

  private CannotRun unknownToken() {
    return new CannotRun(
        "The chatd at %s does not know this token; name the administrator's with --admin-token or CHATD_ADMIN_TOKEN, or its folder with --data-dir."
            .formatted(url()));
  }

  private CannotRun noChatd() {
    return new CannotRun(
        "What answers at %s has no list of replicas; name the address of a chatd with --url."
            .formatted(url()));
  }

  private String url() {
    return options.url().toString().replaceFirst("/+$", "");
  }
}
