package chatd.bench.fuzz;

import java.nio.charset.StandardCharsets;

/// Bytes to be sent over a connection of their own.
///
/// @param what they are, in a few words
/// @param method of the first request in them, if there is one
/// @param mustBeRefused whether an answer to them must not be a success
/// @param answers how many there must be; -1 for any number
/// @param endsOutput whether nothing more can follow them
@SuppressWarnings("ArrayRecordComponent") // Sent, never compared.
record Malformed(
    String what,
    String method,
    byte[] bytes,
    boolean mustBeRefused,
    int answers,
    boolean endsOutput) {

  static Malformed of(String what, String text) {
    var method = text.startsWith("HEAD ") ? "HEAD" : "GET";
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new Malformed(what, method, bytes, false, -1, false);
  }

  Malformed refused() {
    return new Malformed(what, method, bytes, true, answers, endsOutput);
  }

  Malformed answered(int times) {
    return new Malformed(what, method, bytes, mustBeRefused, times, endsOutput);
  }

  Malformed ended() {
    return new Malformed(what, method, bytes, mustBeRefused, answers, true);
  }

  Malformed withBytes(byte[] other) {
    return new Malformed(what, method, other, false, -1, endsOutput);
  }
}
