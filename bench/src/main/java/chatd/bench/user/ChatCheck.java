package chatd.bench.user;

import chatd.bench.user.ChatView.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Whether a chat shows what its ledger says: every accepted message once, in order, and answers
/// that belong to what they follow.
public final class ChatCheck {
  private static final Pattern ID = Pattern.compile("\\[([^]]+)] .*", Pattern.DOTALL);

  private final ChatLedger ledger;
  private final ChatView view;
  private final List<String> complaints = new ArrayList<>();

  private ChatCheck(ChatLedger ledger, ChatView view) {
    this.ledger = ledger;
    this.view = view;
  }

  /// What is wrong about this view. It may be one of a chat that runs.
  public static List<String> complaints(ChatLedger ledger, ChatView view) {
    var check = new ChatCheck(ledger, view);
    check.everyMessageOnce();
    check.order();
    check.rowsAscend();
    check.answersBelong();
    check.callsAnsweredOnce();
    return check.complaints;
  }

  private List<String> userTexts() {
    var texts = new ArrayList<String>();
    view.messages().stream().filter(Message::isOfUser).map(Message::text).forEach(texts::add);
    view.queue().stream().map(Message::text).forEach(texts::add);
    return texts;
  }

  private void everyMessageOnce() {
    var left = userTexts();
    for (var said : ledger.said()) {
      if (!left.remove(said.text())) {
        complaints.add("lost: message " + said.id() + " was accepted and is not there");
      }
    }
    ledger.doubtful().forEach(said -> left.remove(said.text()));
    left.forEach(text -> complaints.add("there is a message that must not be: " + shortened(text)));
  }

  private void order() {
    var there = userTexts();
    var before = -1;
    for (var said : ledger.said()) {
      var at = there.indexOf(said.text());
      if (said.isOrdered() && at >= 0) {
        if (at < before) {
          complaints.add("out of order: message " + said.id());
        }
        before = at;
      }
    }
  }

  private void rowsAscend() {
    var before = 0L;
    for (var message : view.messages()) {
      if (message.id() <= before) {
        complaints.add("row " + message.id() + " follows row " + before);
      }
      before = message.id();
    }
  }

  /// An answer begins as the answer to the message before it does, as far as it came.
  private void answersBelong() {
    var greeting = "";
    for (var message : view.messages()) {
      var id = ID.matcher(message.text());
      if (message.isOfUser()) {
        greeting = id.matches() ? Said.greeting(id.group(1)) : "";
      } else if (message.role().equals("assistant") && !message.text().isEmpty()) {
        var length = Math.min(greeting.length(), message.text().length());
        if (!message.text().substring(0, length).equals(greeting.substring(0, length))) {
          complaints.add("an answer stands behind another message: " + shortened(message.text()));
        }
      }
    }
  }

  private void callsAnsweredOnce() {
    Map<String, String> results = new HashMap<>();
    var calls = new HashSet<String>();
    for (var message : view.messages()) {
      calls.addAll(message.calls());
      message
          .results()
          .forEach((call, result) -> {
            if (!calls.contains(call) || results.put(call, result) != null) {
              complaints.add("a result too many for call " + call);
            }
          });
    }
    ledger
        .outputs()
        .forEach((call, output) -> {
          if (calls.contains(call) && !output.equals(results.get(call))) {
            complaints.add(
                "call %s came to %s and not to the accepted %s"
                    .formatted(call, results.get(call), output));
          }
        });
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }
}
