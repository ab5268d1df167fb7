package chatd.bench.user;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A request as it goes over the wire. Nothing about it needs to be allowed: whoever made it may
/// have put anything into any of its fields.
///
/// @param target path and query
/// @param headers lines of the head in their order, without the length of the body
@SuppressWarnings("ArrayRecordComponent") // Sent, never compared.
public record Request(String method, String target, List<String> headers, byte[] body) {
  public Request {
    headers = List.copyOf(headers);
  }

  /// One with nothing but what every request has.
  public static Request of(String method, String target) {
    return new Request(method, target, List.of("Host: localhost"), new byte[0]);
  }

  public Request with(String header) {
    var more = new ArrayList<>(headers);
    more.add(header);
    return new Request(method, target, more, body);
  }

  public Request withToken(String token) {
    return with("Authorization: Bearer " + token);
  }

  public Request withBody(byte[] other) {
    return new Request(method, target, headers, other);
  }

  public Request withTarget(String other) {
    return new Request(method, other, headers, body);
  }

  public Request withMethod(String other) {
    return new Request(other, target, headers, body);
  }

  /// Without the headers that begin with this name.
  public Request without(String name) {
    var prefix = name.toLowerCase(Locale.ROOT) + ":";
    return new Request(
        method,
        target,
        headers.stream().filter(it -> !it.toLowerCase(Locale.ROOT).startsWith(prefix)).toList(),
        body);
  }

  /// The path without the query.
  public String path() {
    return target.split("[?]", 2)[0];
  }

  /// What is sent: each character of the head is one byte.
  public byte[] bytes() {
    var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    headers.forEach(line -> head.append(line).append("\r\n"));
    if (body.length > 0 || !method.equals("GET")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    var bytes = new ByteArrayOutputStream(head.length() + body.length + 2);
    bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }
}
