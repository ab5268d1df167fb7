package chatd.server.model;

import chatd.server.wire.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;

/// Asks a provider for its list of models, which costs nothing and needs the key: so it says
/// whether the provider is reached and the key accepted.
public record ProviderCheckup(OpenAiEndpoint endpoint) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LIST_BYTES_MAX = 4 << 20;

  /// What came of it.
  public sealed interface Answer {
    /// These models are there; none: it did not say.
    record Accepted(List<String> models) implements Answer {
      public Accepted {
        models = List.copyOf(models);
      }
    }

    /// The key is refused, or one is missing.
    record KeyRefused(int status) implements Answer {}

    /// It answers, but not to this question.
    record NoList(int status) implements Answer {}

    /// There is no answer; `why` is for people.
    record Unreachable(String why) implements Answer {}
  }

  /// Where it asks.
  public URI list() {
    return URI.create(endpoint.baseUrl().toString().replaceFirst("/+$", "") + "/models");
  }

  public Answer ask() throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var http =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .followRedirects(HttpClient.Redirect.NEVER) // Or the key would go elsewhere.
                .executor(threads)
                .build()) {
      var answer = answer(http.send(request(), BodyHandlers.ofInputStream()));
      http.shutdownNow();
      return answer;
    } catch (HttpTimeoutException _) {
      return new Answer.Unreachable("not within %d s".formatted(PATIENCE.toSeconds()));
    } catch (ConnectException _) {
      return new Answer.Unreachable("there is no way to it"); // Its own message may be none.
    } catch (IOException e) {
      var said = e.getMessage();
      return new Answer.Unreachable(said == null ? e.getClass().getSimpleName() : said);
    }
  }

  private HttpRequest request() {
    var request = HttpRequest.newBuilder(list()).timeout(PATIENCE).header("User-Agent", "chatd");
    var key = endpoint.key();
    if (key != null) {
      request.header("Authorization", "Bearer " + key.value());
    }
    return request.build();
  }

  private static Answer answer(HttpResponse<InputStream> response) throws IOException {
    var status = response.statusCode();
    try (var body = response.body()) {
      return switch (status) {
        case 200 -> new Answer.Accepted(models(body.readNBytes(LIST_BYTES_MAX)));
        case 401, 403 -> new Answer.KeyRefused(status);
        default -> new Answer.NoList(status);
      };
    }
  }

  private static List<String> models(byte[] list) {
    return JsonValue.read(list)
        .map(value -> value.member("data").asElements())
        .orElse(List.of())
        .stream()
        .map(model -> model.member("id").asText())
        .filter(id -> !id.isEmpty())
        .toList();
  }
}
