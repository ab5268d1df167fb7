package chatd.server.http;

import chatd.core.chat.BrokenInvariant;
import chatd.core.message.UserId;
import chatd.engine.port.ChatStore;
import chatd.engine.port.Outcome;
import chatd.engine.port.RequestKey;
import chatd.engine.port.StoreException;
import chatd.engine.port.StoredAnswer;
import chatd.server.wire.RequestFields;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A request with a body that has one effect, however often it is made.
///
/// A client that repeats its request names it by a key. A request without one gets a key for as
/// long as it is handled, so that this server can repeat a commit whose answer was lost.
final class RepeatableRequest {
  static final String KEY_HEADER = "Idempotency-Key";
  static final String REPLAYED_HEADER = "Idempotency-Replayed";

  private static final int KEY_MAX = 128;

  private final Context context;
  private final UserId user;
  private final @Nullable String clientKey;
  private final RequestFields fields;
  private final byte[] fingerprint;
  private final Runnable requireAccess;

  /// What the request does. It may leave with a refusal, and must do nothing then.
  @FunctionalInterface
  interface Work {
    Outcome carryOut(RequestFields fields, RequestKey key);
  }

  private RepeatableRequest(
      Context context,
      UserId user,
      @Nullable String clientKey,
      RequestFields fields,
      byte[] fingerprint,
      Runnable requireAccess) {
    this.context = context;
    this.user = user;
    this.clientKey = clientKey;
    this.fields = fields;
    this.fingerprint = fingerprint;
    this.requireAccess = requireAccess;
  }

  /// Reads the body and the key. `requireAccess` leaves the route if what the request is about is
  /// out of the caller's reach.
  static RepeatableRequest read(Context context, Caller caller, Runnable requireAccess) {
    var body = RequestBody.read(context, RequestBody.LIMIT);
    var fields = RequestBody.fields(body);
    var key = context.header(KEY_HEADER);
    if (key != null && !isKey(key)) {
      throw ApiError.IDEMPOTENCY_KEY_INVALID.asException();
    }
    return new RepeatableRequest(
        context, caller.user(), key, fields, fingerprint(context, body), requireAccess);
  }

  private static boolean isKey(String key) {
    return !key.isEmpty()
        && key.length() <= KEY_MAX
        && key.chars().allMatch(c -> c > ' ' && c < 0x7F);
  }

  /// Does the work and answers with what `answer` makes of it, or as the request was answered
  /// before.
  void answer(ChatStore store, Work work, Function<Outcome.Done, StoredAnswer> answer) {
    // A client's key has no blank, so no client can use one of ours.
    var name = clientKey == null ? "made here: " + UUID.randomUUID() : clientKey;
    var key = new RequestKey(user, name, fingerprint, answer);
    switch (carriedOut(store, work, key)) {
      case Outcome.Done done -> Answers.json(context, answer.apply(done));
      case Outcome.Replayed(var first) -> Answers.json(context, first);
      case Outcome.KeyReused _ -> throw ApiError.IDEMPOTENCY_KEY_REUSED.asException();
      case Outcome.KeyInUse _ -> throw ApiError.IDEMPOTENCY_KEY_BUSY.asException();
      case Outcome.Missing _ -> throw ApiError.NOT_FOUND.asException();
      case Outcome.Refused _, Outcome.Unchanged _ ->
          throw new BrokenInvariant(
              "a request with a key neither changed anything nor was refused");
    }
  }

  private Outcome carriedOut(ChatStore store, Work work, RequestKey key) {
    try {
      return replayed(work.carryOut(fields, key));
    } catch (RefusedException refused) {
      // What was answered once is answered so again, also if it would be refused by now, unless
      // what it was about is gone.
      requireAccess.run();
      return earlier(store, key).map(this::replayed).orElseThrow(() -> refused);
    } catch (StoreException lost) {
      if (lost.kind() != StoreException.Kind.OUTCOME_UNKNOWN) {
        throw lost;
      }
      return work.carryOut(fields, key); // Whether the first time counted, the key tells.
    }
  }

  private Optional<Outcome> earlier(ChatStore store, RequestKey key) {
    return clientKey == null ? Optional.empty() : store.answered(key);
  }

  private Outcome replayed(Outcome outcome) {
    if (outcome instanceof Outcome.Replayed) {
      context.header(REPLAYED_HEADER, "true");
    }
    return outcome;
  }

  /// Method, path below the mount, and body.
  private static byte[] fingerprint(Context context, byte[] body) {
    var path = context.path();
    for (var mount : UserRoutes.MOUNTS) {
      if (path.startsWith(mount)) {
        path = path.substring(mount.length());
      }
    }
    var request =
        context.method().name()
            + " "
            + path.replaceFirst("/$", "")
            + " "
            + HexFormat.of().formatHex(Sha256.of(body));
    return request.getBytes(StandardCharsets.US_ASCII);
  }
}
