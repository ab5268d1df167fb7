package chatd.bench.fuzz;

import chatd.bench.user.Dice;

/// Makes heads of requests around one line that is not as it should be.
///
/// @param token of the user in whose name they come, most of the time
record RequestHead(String token) {
  /// From the request line to the empty line.
  String of(Dice dice, String first, String... lines) {
    var head = new StringBuilder(first).append("\r\nHost: localhost\r\n");
    if (!dice.oneIn(4)) {
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    for (var line : lines) {
      head.append(line).append("\r\n");
    }
    return head.append("\r\n").toString();
  }
}
