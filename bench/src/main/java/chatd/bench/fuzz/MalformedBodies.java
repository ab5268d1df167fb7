package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Makes requests of which it is not clear where they end, or that end too soon or too late.
final class MalformedBodies {
  private static final List<String> MOUNTS = List.of("/api/v2/chats", "/api/experimental/chats");
  private static final String END = "\r\n\r\n";

  private final RequestHead head;
  private final List<Function<Dice, Malformed>> kinds =
      List.of(
          this::lengths,
          this::transferEncoding,
          this::bodyOfOtherLength,
          this::chunks,
          this::pipeline,
          this::cut,
          this::flipped,
          MalformedBodies::noise);

  MalformedBodies(RequestHead head) {
    this.head = head;
  }

  Malformed draw(Dice dice) {
    return dice.of(kinds).apply(dice);
  }

  private static String hidden() {
    return "GET /api/v2/users/me HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: "
        + MalformedRequests.SMUGGLED
        + "1"
        + END;
  }

  private static String create() {
    return "{\"content\":[{\"type\":\"text\",\"text\":\"hello\"}]}";
  }

  /// Whoever stands before chatd may believe the other one of two lengths.
  private Malformed lengths(Dice dice) {
    var body = create();
    var right = "Content-Length: " + body.length();
    var wrong =
        dice.of(
            "Content-Length: " + (body.length() + hidden().length()),
            "Content-Length: 0",
            "Content-Length: +" + body.length(),
            "Content-Length: -1",
            "Content-Length: 0x10",
            "Content-Length: 99999999999999999999",
            "Content-Length: 9223372036854775807",
            "Content-Length: 5 5",
            "Content-Length: 5, 6",
            "Content-Length: 5;5",
            "Content-Length: \0" + body.length(),
            "Content-Length: five",
            "Content-Length: \u00b2",
            "Content-Length: ");
    var first = "POST " + dice.of(MOUNTS) + " HTTP/1.1";
    var lines = dice.oneIn(2) ? new String[] {right, wrong} : new String[] {wrong, right};
    return Malformed.of("two lengths", head.of(dice, first, lines) + body + hidden()).refused();
  }

  private Malformed transferEncoding(Dice dice) {
    var coding =
        dice.of(
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: identity, chunked, identity",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding\t: chunked",
            "Transfer-Encoding: \u000bchunked",
            "Transfer-Encoding: chunked\u0000",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding:\r\n chunked",
            "Transfer-Encoding: ",
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Transfer-Encoding: CHUNKED\r\nContent-Length: 0",
            "Content-Length: 4\r\n Transfer-Encoding: chunked");
    var first = "POST " + dice.of(MOUNTS) + dice.of(" HTTP/1.1", " HTTP/1.1", " HTTP/1.0");
    return Malformed.of(
            "an unclear transfer encoding", head.of(dice, first, coding) + "0\r\n\r\n" + hidden())
        .refused();
  }

  private Malformed bodyOfOtherLength(Dice dice) {
    var body = dice.of(create(), "", "{", "[]", "\0", dice.letters(dice.between(1, 2_000)));
    var said =
        dice.of(body.length() + dice.between(1, 500), Math.max(0, body.length() - 3), 300_000, 0);
    var method = dice.of("POST ", "PATCH ", "GET ", "DELETE ", "HEAD ");
    var path = dice.of(MOUNTS) + dice.of("", "/" + dice.uuid() + "/messages", "/" + dice.uuid());
    var text = head.of(dice, method + path + " HTTP/1.1", "Content-Length: " + said) + body;
    var malformed = Malformed.of("a body of another length", text);
    return dice.oneIn(2) ? malformed.ended() : malformed;
  }

  private Malformed chunks(Dice dice) {
    var body = create();
    var size = Integer.toHexString(body.length());
    var chunks =
        dice.of(
            "zz\r\n" + body + "\r\n0" + END,
            "-1\r\n" + body + "\r\n0" + END,
            "FFFFFFFFFFFFFFFF\r\n" + body,
            "7FFFFFFF\r\n" + body,
            "80000000\r\n" + body,
            "0x" + size + "\r\n" + body + "\r\n0" + END,
            " " + size + "\r\n" + body + "\r\n0" + END,
            size + " \r\n" + body + "\r\n0" + END,
            size + ";" + dice.letters(dice.between(1, 20_000)) + "\r\n" + body + "\r\n0" + END,
            size + ";a=\"\n\"\r\n" + body + "\r\n0" + END,
            size + "\n" + body + "\n0\n\n",
            size + "\r\n" + body + "0" + END,
            size + "\r\n" + body + "\r\n",
            size + "\r\n" + body + "\r\n0\r\nContent-Length: 7\r\n\r\n",
            size + "\r\n" + body + "\r\n0\r\nBad Trailer\r\n\r\n",
            size + "\r\n" + body + "\r\n0\r\nX: " + dice.letters(dice.between(1, 40_000)) + END,
            size + "\r\n" + body + "x\r\n0" + END,
            "0".repeat(dice.between(1, 5_000)) + size + "\r\n" + body + "\r\n0" + END,
            "\r\n",
            "1\r\n{\r\n".repeat(dice.between(1, 3_000)),
            size + "\r\n" + body + "\r\n" + "0" + "\r\n".repeat(dice.between(0, 5)));
    var first = "POST " + dice.of(MOUNTS) + " HTTP/1.1";
    var text = head.of(dice, first, "Transfer-Encoding: chunked") + chunks;
    var malformed = Malformed.of("broken chunks", text);
    return dice.oneIn(2) ? malformed.ended() : malformed;
  }

  /// Whole requests in one write are all answered, in order.
  private Malformed pipeline(Dice dice) {
    var count = dice.between(2, 30);
    var all = new StringBuilder();
    for (var i = 0; i < count; i++) {
      var path = dice.of(dice.of(MOUNTS), "/healthz", "/api/v2/users/me", "/nowhere");
      var last = i == count - 1 ? new String[] {"Connection: close"} : new String[0];
      all.append(head.of(dice, "GET " + path + " HTTP/1.1", last));
    }
    var whole = Malformed.of("%d requests in one write".formatted(count), all.toString());
    return dice.oneIn(3)
        ? Malformed.of("a pipeline with a fault in it", all + "broken" + END + all)
        : whole.answered(count);
  }

  private String whole(Dice dice) {
    var body = create();
    var path = dice.of(MOUNTS) + "/" + dice.uuid() + "/messages";
    return dice.oneIn(2)
        ? head.of(dice, "GET " + path + "?limit=5 HTTP/1.1", "X-Request-Id: r1", "Accept: */*")
        : head.of(
                dice,
                "POST " + path + " HTTP/1.1",
                "Content-Type: application/json",
                "Idempotency-Key: k1",
                "Content-Length: " + body.length())
            + body;
  }

  private Malformed cut(Dice dice) {
    var whole = whole(dice);
    return Malformed.of("a request that breaks off", whole.substring(0, dice.below(whole.length())))
        .ended();
  }

  private Malformed flipped(Dice dice) {
    var malformed = Malformed.of("a request with other bits", whole(dice));
    var bytes = malformed.bytes().clone();
    for (var flips = dice.between(1, 4); flips > 0; flips--) {
      bytes[dice.below(bytes.length)] ^= (byte) (1 << dice.below(8));
    }
    return malformed.withBytes(bytes);
  }

  private static Malformed noise(Dice dice) {
    var tls = new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};
    var noise = dice.bytes(dice.between(1, 3_000));
    if (dice.oneIn(3)) {
      noise = Arrays.copyOf(tls, tls.length + dice.below(200));
    }
    var text = new String(noise, StandardCharsets.ISO_8859_1);
    return Malformed.of("noise", text + (dice.oneIn(2) ? END : ""));
  }
}
