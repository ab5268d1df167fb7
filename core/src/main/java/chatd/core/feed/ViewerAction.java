package chatd.core.feed;

import java.util.List;

/// What a viewer needs done. What it waits for is in its state.
public sealed interface ViewerAction {

  /// Write these events as one unit; `written` answers.
  record Write(long snapshot, List<Outgoing> events) implements ViewerAction {
    public Write {
      events = List.copyOf(events);
    }
  }

  /// An event and the position to resume from once it was received.
  record Outgoing(StreamEvent event, Cursor position) {}

  /// Read what the position of a resuming viewer means; `factsRead` answers.
  record ReadFacts(ResumeQuery query) implements ViewerAction {}

  /// Read a page of rows; `pageRead` answers.
  record ReadPage(FeedPage page) implements ViewerAction {}

  /// The client knows more than the feed: read again, as if the viewer had joined now.
  record JoinAgain() implements ViewerAction {}

  /// The client knows more parts than are here: ask the replica that numbers them how far it is;
  /// `logEnds` answers. Asked for at every look until it is answered.
  record AskLogEnd() implements ViewerAction {}

  /// Nothing more will be written.
  record Close(CloseReason reason) implements ViewerAction {}
}
