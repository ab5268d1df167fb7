package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import java.util.List;
import java.util.function.Function;

/// Makes requests whose head is not as it should be.
final class MalformedHeads {
  private static final List<String> MOUNTS = List.of("/api/v2/chats", "/api/experimental/chats");

  private final RequestHead head;
  private final List<Function<Dice, Malformed>> kinds =
      List.of(
          this::requestLine,
          this::headerLine,
          this::tooLong,
          this::path,
          this::query,
          this::host,
          this::connection);

  MalformedHeads(RequestHead head) {
    this.head = head;
  }

  Malformed draw(Dice dice) {
    return dice.of(kinds).apply(dice);
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
    return Malformed.of("a broken request line", head.of(dice, line));
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
    return Malformed.of("a broken header line", head.of(dice, first, line));
  }

  private Malformed tooLong(Dice dice) {
    var mount = dice.of(MOUNTS);
    var length = dice.between(4_000, 70_000);
    var text =
        switch (dice.below(5)) {
          case 0 -> head.of(dice, "GET " + mount + "/" + dice.letters(length) + " HTTP/1.1");
          case 1 -> head.of(dice, "GET " + mount + "?q=" + dice.letters(length) + " HTTP/1.1");
          case 2 -> head.of(dice, "GET " + mount + " HTTP/1.1", "X: " + dice.letters(length));
          case 3 -> head.of(dice, "GET " + mount + " HTTP/1.1", dice.letters(length) + ": x");
          default ->
              head.of(
                  dice,
                  "GET " + mount + " HTTP/1.1",
                  "X: y\r\n".repeat(dice.between(50, 5_000)).strip());
        };
    return Malformed.of("too much of a head", text);
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
    var text = head.of(dice, method + path + " HTTP/1.1", "Content-Length: 0");
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
        "a query with tricks", head.of(dice, "GET " + path + "?" + query + " HTTP/1.1"));
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
        dice.of(
            "", "Cookie: coder_session_token=" + head.token() + "\r\nOrigin: http://localhost\r\n");
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
            head.of(dice, method + path + " HTTP/1.1", lines) + "abc");
    return dice.oneIn(2) ? malformed.ended() : malformed;
  }
}
