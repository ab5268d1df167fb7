package chatd.bench.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Makes bytes that are not quite requests.
final class MalformedRequests {
  /// How the id of a request begins that stands where only a confused server would see one.
  static final String SMUGGLED = "smuggled-";

  private static final List<String> MOUNTS = List.of("/api/v2/chats", "/api/experimental/chats");
  private static final String END = "\r\n\r\n";

  private final String token;
  private final List<Function<Dice, Malformed>> kinds =
      List.of(
          this::requestLine,
          this::headerLine,
          this::lengths,
          this::transferEncoding,
          this::tooLong,
          this::bodyOfOtherLength,
          this::chunks,
          this::path,
          this::query,
          this::pipeline,
          this::host,
          this::connection,
          this::cut,
          this::flipped,
          MalformedRequests::noise);

  /// @param token of the user in whose name they come
  MalformedRequests(String token) {
    this.token = token;
  }

  Malformed draw(Dice dice) {
    return dice.of(kinds).apply(dice);
  }

  private String head(Dice dice, String first, String... lines) {
    var head = new StringBuilder(first).append("\r\nHost: localhost\r\n");
    if (!dice.oneIn(4)) {
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    for (var line : lines) {
      head.append(line).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static String hidden() {
    return "GET /api/v2/users/me HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: "
        + SMUGGLED
        + "1"
        + END;
  }

  private static String create() {
    return "{\"content\":[{\"type\":\"text\",\"text\":\"hello\"}]}";
  }

  private Malformed requestLine(Dice dice) {
    var mount = dice.of(MOUNTS);
    var line =
        dice.of(
            "",
            "GET",
            "GET " + mount,
            "GET " + mount + " HTTP/1.1 more",
            "GET  " + mount + " HTTP/1.1",
            " GET " + mount + " HTTP/1.1",
            "GET\t" + mount + "\tHTTP/1.1",
            "GET " + mount + " http/1.1",
            "GET " + mount + " HTTP/1.2",
            "GET " + mount + " HTTP/9.9",
            "GET " + mount + " HTTP/2.0",
            "GET " + mount + " HTTP/0.9",
            "GET " + mount + " HTTP/1.1\r",
            "GET " + mount + " HTTP/",
            "GET " + mount + " HTTP/1." + "1".repeat(dice.between(1, 300)),
            "PRI * HTTP/2.0\r\n\r\nSM",
            "GET * HTTP/1.1",
            "OPTIONS * HTTP/1.1",
            "GET http://localhost" + mount + " HTTP/1.1",
            "GET http://elsewhere.example" + mount + " HTTP/1.1",
            "GET ftp://" + mount + " HTTP/1.1",
            "GET //" + mount + " HTTP/1.1",
            "GET ? HTTP/1.1",
            "GET # HTTP/1.1",
            "CONNECT localhost:80 HTTP/1.1",
            "CONNECT " + mount + " HTTP/1.1",
            "TRACE " + mount + " HTTP/1.1",
            "\0GET " + mount + " HTTP/1.1",
            "GET " + mount + "\0 HTTP/1.1",
            "G\0T " + mount + " HTTP/1.1",
            "G(T " + mount + " HTTP/1.1",
            dice.letters(dice.between(1, 9_000)) + " " + mount + " HTTP/1.1",
            "\u00e9\u00e8 " + mount + " HTTP/1.1",
            mount + " GET HTTP/1.1",
            "HTTP/1.1 200 OK");
    return Malformed.of("a broken request line", head(dice, line));
  }

  private Malformed headerLine(Dice dice) {
    var line =
        dice.of(
            "Bad Name: x",
            ": x",
            "X(: y",
            "X\0: y",
            "X\u00e9: y",
            "X: y\0z",
            "X: y\u00ff\u0080z",
            "X: y\r\n folded",
            "X: y\r\n\tfolded",
            "X : y",
            "X\t: y",
            "no colon",
            "X: y\rZ: a",
            "X: y\nZ: a",
            "\r",
            " X: y",
            "X:" + " ".repeat(dice.between(1, 5_000)),
            "Authorization:",
            "Authorization: Bearer",
            "Authorization: Bearer " + dice.letters(dice.between(1, 8_000)),
            "Authorization: Basic \0\0",
            "Coder-Session-Token: \u00fe\u00ff",
            "Cookie: coder_session_token=\"; ;=;,\"; \0",
            "Cookie: " + "a=b; ".repeat(dice.between(1, 1_000)),
            "X-Request-Id: " + dice.letters(dice.between(100, 4_000)),
            "X-Request-Id: a\u0001b",
            "Accept: " + ",".repeat(500),
            "Accept: text/event-stream;q=\0",
            "Origin: \u0000null",
            "Content-Type: ;;;=",
            "Content-Type: " + "a/".repeat(400),
            "Range: bytes=0-,5-,-1",
            "If-Match: \"" + dice.letters(300) + "\"",
            "Accept-Encoding: gzip;q=1e999, *;q=-1",
            "Forwarded: for=\"[::1]:x\";host=evil",
            "X-Forwarded-For: " + "1.1.1.1,".repeat(400));
    var first = dice.of("GET ", "HEAD ", "DELETE ") + dice.of(MOUNTS) + " HTTP/1.1";
    return Malformed.of("a broken header line", head(dice, first, line));
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
    return Malformed.of("two lengths", head(dice, first, lines) + body + hidden()).refused();
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
            "an unclear transfer encoding", head(dice, first, coding) + "0\r\n\r\n" + hidden())
        .refused();
  }

  private Malformed tooLong(Dice dice) {
    var mount = dice.of(MOUNTS);
    var length = dice.between(4_000, 70_000);
    var text =
        switch (dice.below(5)) {
          case 0 -> head(dice, "GET " + mount + "/" + dice.letters(length) + " HTTP/1.1");
          case 1 -> head(dice, "GET " + mount + "?q=" + dice.letters(length) + " HTTP/1.1");
          case 2 -> head(dice, "GET " + mount + " HTTP/1.1", "X: " + dice.letters(length));
          case 3 -> head(dice, "GET " + mount + " HTTP/1.1", dice.letters(length) + ": x");
          default ->
              head(
                  dice,
                  "GET " + mount + " HTTP/1.1",
                  "X: y\r\n".repeat(dice.between(50, 5_000)).strip());
        };
    return Malformed.of("too much of a head", text);
  }

  private Malformed bodyOfOtherLength(Dice dice) {
    var body = dice.of(create(), "", "{", "[]", "\0", dice.letters(dice.between(1, 2_000)));
    var said =
        dice.of(body.length() + dice.between(1, 500), Math.max(0, body.length() - 3), 300_000, 0);
    var method = dice.of("POST ", "PATCH ", "GET ", "DELETE ", "HEAD ");
    var path = dice.of(MOUNTS) + dice.of("", "/" + dice.uuid() + "/messages", "/" + dice.uuid());
    var text = head(dice, method + path + " HTTP/1.1", "Content-Length: " + said) + body;
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
    var text = head(dice, first, "Transfer-Encoding: chunked") + chunks;
    var malformed = Malformed.of("broken chunks", text);
    return dice.oneIn(2) ? malformed.ended() : malformed;
  }

  private Malformed path(Dice dice) {
    var trick =
        dice.of(
            "%00",
            "%2f",
            "%2F..",
            "%2e%2e",
            "/../",
            "/./",
            "//",
            "\\",
            "%5c",
            "%",
            "%z",
            "%zz",
            "%c0%ae",
            "%ff%fe",
            "%u0041",
            ";a=b",
            ";",
            "/;/",
            "%3b",
            "%20",
            "+",
            "%25%32%66",
            "%ed%a0%80",
            "\u00e9",
            "\u0001",
            "#x",
            "?",
            "??",
            "%0d%0aX:y",
            "|",
            "{chat}",
            "[::1]",
            "%23",
            "/%2e/",
            "~",
            "*",
            "<>",
            "\"",
            "^`",
            "%E2%80%AE");
    var mount = dice.of(MOUNTS);
    var chat = dice.uuid();
    var path =
        dice.of(
            mount + trick,
            mount + "/" + trick,
            mount + "/" + chat + trick,
            mount + "/" + chat + trick + "/messages",
            mount + "/" + chat + "/messages/" + trick,
            mount + "/" + chat + "/queue/" + trick + "/promote",
            trick,
            "/" + trick,
            "/api" + trick + "/v2/chats",
            "/relay" + trick,
            "/metrics" + trick,
            mount.replace("chats", "ch" + trick + "ats"));
    var method = dice.of("GET ", "POST ", "PATCH ", "DELETE ", "HEAD ", "OPTIONS ", "PUT ");
    var text = head(dice, method + path + " HTTP/1.1", "Content-Length: 0");
    return Malformed.of("a path with tricks", text);
  }

  private Malformed query(Dice dice) {
    var query =
        dice.of(
            "limit=%00",
            "limit=%zz",
            "limit=%",
            "&&&&",
            "=",
            "==",
            "limit",
            "limit=1&limit=2",
            "a".repeat(dice.between(1, 12_000)),
            "q=%ff%fe",
            "q=\u00e9",
            "q=\"",
            "q=%22%22%22",
            "label=%ed%a0%80:x",
            "label=:",
            "label=a:\u0001",
            "q=title:%00",
            "after_id=%2d1",
            "x[]=1",
            "limit=" + "9".repeat(dice.between(1, 3_000)),
            "limit=1;limit=2",
            "coder_session_token=" + dice.letters(50),
            "offset=2147483648",
            "q=+++",
            "%=%",
            "limit=0x10",
            "limit=1e3",
            "limit=\u0661",
            "limit=+5",
            "limit=%205",
            "after_id=");
    var path =
        dice.of(MOUNTS)
            + dice.of("", "/" + dice.uuid() + "/messages", "/" + dice.uuid() + "/stream");
    return Malformed.of(
        "a query with tricks", head(dice, "GET " + path + "?" + query + " HTTP/1.1"));
  }

  /// Whole requests in one write are all answered, in order.
  private Malformed pipeline(Dice dice) {
    var count = dice.between(2, 30);
    var all = new StringBuilder();
    for (var i = 0; i < count; i++) {
      var path = dice.of(dice.of(MOUNTS), "/healthz", "/api/v2/users/me", "/nowhere");
      var last = i == count - 1 ? new String[] {"Connection: close"} : new String[0];
      all.append(head(dice, "GET " + path + " HTTP/1.1", last));
    }
    var whole = Malformed.of("%d requests in one write".formatted(count), all.toString());
    return dice.oneIn(3)
        ? Malformed.of("a pipeline with a fault in it", all + "broken" + END + all)
        : whole.answered(count);
  }

  private Malformed host(Dice dice) {
    var hosts =
        dice.of(
            "",
            "Host:\r\n",
            "Host: a\r\nHost: b\r\n",
            "Host: user@localhost\r\n",
            "Host: a b\r\n",
            "Host: localhost:99999999\r\n",
            "Host: [::1\r\n",
            "Host: \0\r\n",
            "Host: a,b\r\n",
            "Host: http://localhost\r\n",
            "Host: localhost:\r\n",
            "Host: %00\r\n",
            "Host: -\r\n",
            "Host: " + dice.letters(dice.between(1, 10_000)) + "\r\n",
            "Host: \u00e9\r\n");
    var extra =
        dice.of("", "Cookie: coder_session_token=" + token + "\r\nOrigin: http://localhost\r\n");
    return Malformed.of(
        "an odd host", "GET " + dice.of(MOUNTS) + " HTTP/1.1\r\n" + hosts + extra + "\r\n");
  }

  private Malformed connection(Dice dice) {
    var lines =
        dice.of(
            "Connection: close, Authorization, Host",
            "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
            "Connection: upgrade\r\nUpgrade: " + dice.letters(dice.between(1, 400)),
            "Upgrade: websocket",
            "Connection: keep-alive, close, keep-alive",
            "Expect: 100-continue",
            "Expect: 200-ok",
            "Expect: 100-continue, 100-continue",
            "TE: trailers, chunked",
            "Keep-Alive: timeout=99999999999999",
            "Proxy-Connection: keep-alive",
            "Max-Forwards: -1",
            "X-HTTP-Method-Override: DELETE",
            "Content-Encoding: gzip\r\nContent-Length: 3");
    var method = dice.of("GET ", "POST ", "DELETE ", "OPTIONS ");
    var path = dice.of(dice.of(MOUNTS), dice.of(MOUNTS) + "/watch", "/relay", "/", "/metrics");
    var malformed =
        Malformed.of(
            "odd wishes for the connection",
            head(dice, method + path + " HTTP/1.1", lines) + "abc");
    return dice.oneIn(2) ? malformed.ended() : malformed;
  }

  private String whole(Dice dice) {
    var body = create();
    var path = dice.of(MOUNTS) + "/" + dice.uuid() + "/messages";
    return dice.oneIn(2)
        ? head(dice, "GET " + path + "?limit=5 HTTP/1.1", "X-Request-Id: r1", "Accept: */*")
        : head(
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
