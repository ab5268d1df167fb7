package chatd.server.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.contract.Contract;
import chatd.core.chat.ChatError;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Phase;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.TurnState.Retries;
import chatd.core.feed.AccessEnd;
import chatd.core.feed.ClientCall;
import chatd.core.feed.Cursor;
import chatd.core.feed.FeedRow;
import chatd.core.feed.Framing;
import chatd.core.feed.StreamEvent;
import chatd.core.feed.ViewerAction.Outgoing;
import chatd.core.feed.ViewerAction.Write;
import chatd.core.message.ChatId;
import chatd.core.message.RawJson;
import chatd.core.part.Episode;
import chatd.core.part.Part;
import chatd.core.part.PartFrame;
import chatd.core.part.PartLog;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JsonStreamEncoderTest {
  private static final ChatId CHAT =
      new ChatId(UUID.fromString("33333333-3333-4333-8333-333333333333"));
  private static final ReplicaId REPLICA =
      new ReplicaId(UUID.fromString("55555555-5555-4555-8555-555555555555"));
  private static final ChatError OVERLOADED =
      new ChatError(
          "The model provider is overloaded.",
          true,
          ChatError.Kind.OVERLOADED,
          null,
          "anthropic",
          529);

  private final JsonStreamEncoder encoder = new JsonStreamEncoder();

  @Test
  void message_isPassedOnAsItIs() {
    assertEvent(
        new StreamEvent.Message(new FeedRow(13, 10, "{\"id\":13}".getBytes(US_ASCII))),
        "{'type':'message',CHAT,'snapshot_version':25,'message':{'id':13}}");
  }

  @Test
  void part_withAndWithoutMerging() {
    var log = new PartLog(new Episode(9, 1));
    log.append(new JsonPartEncoder().encode(new Part.TextDelta("Hel")));
    assertEvent(
        new StreamEvent.Part(frame(log)),
        "{'type':'message_part',CHAT,'snapshot_version':25,'message_part':{'role':'assistant',"
            + "'part':{'type':'text','text':'Hel'},'history_version':9,'generation_attempt':1,"
            + "'seq':1}}");
    log.append(new JsonPartEncoder().encode(new Part.TextDelta("lo")));
    assertEvent(
        new StreamEvent.Part(frame(log)),
        "{'type':'message_part',CHAT,'snapshot_version':25,'message_part':{'role':'assistant',"
            + "'part':{'type':'text','text':'Hello'},'history_version':9,'generation_attempt':1,"
            + "'first_seq':1,'seq':2}}");
  }

  @Test
  void status_namesPhaseAndWorkerWhereThereAre() {
    assertEvent(
        new StreamEvent.Status(ChatStatus.RUNNING, 9, Phase.GENERATING, REPLICA),
        "{'type':'status',CHAT,'snapshot_version':25,'status':{'status':'running',"
            + "'history_version':9,'phase':'generating',"
            + "'worker_id':'55555555-5555-4555-8555-555555555555'}}");
    assertEvent(
        new StreamEvent.Status(ChatStatus.REQUIRES_ACTION, 9, null, null),
        "{'type':'status',CHAT,'snapshot_version':25,'status':{'status':'requires_action',"
            + "'history_version':9}}");
  }

  @Test
  void errors_ofATurnAndOfAccess() {
    assertEvent(
        new StreamEvent.Failed(OVERLOADED),
        "{'type':'error',CHAT,'snapshot_version':25,'error':{"
            + "'message':'The model provider is overloaded.','retryable':true,"
            + "'kind':'overloaded','provider':'anthropic','status_code':529}}");
    assertEvent(
        new StreamEvent.Ended(AccessEnd.SESSION_EXPIRED),
        "{'type':'error',CHAT,'snapshot_version':25,'error':{"
            + "'message':'You are not signed in or your session has expired.',"
            + "'retryable':false,'kind':'session_expired'}}");
  }

  @Test
  void queue_isAlwaysThere() {
    assertEvent(
        new StreamEvent.QueueUpdate("[]".getBytes(US_ASCII)),
        "{'type':'queue_update',CHAT,'snapshot_version':25,'queued_messages':[]}");
  }

  @Test
  void callsOfTheClient_haveTheirArgumentsAsText() {
    assertEvent(
        new StreamEvent.ActionRequired(
            List.of(new ClientCall("c1", "pick_color", new RawJson("{\"n\":1}")))),
        "{'type':'action_required',CHAT,'snapshot_version':25,'action_required':{'tool_calls':["
            + "{'tool_call_id':'c1','tool_name':'pick_color','args':'{\\'n\\':1}'}]}}");
  }

  @Test
  void retry_saysWhenAndWhy() {
    var due = Instant.parse("2026-05-28T00:00:05Z");
    assertEvent(
        new StreamEvent.RetryScheduled(1, new Retries.Pending(due, 1000, OVERLOADED)),
        "{'type':'retry',CHAT,'snapshot_version':25,'retry':{'attempt':1,'delay_ms':1000,"
            + "'error':'The model provider is overloaded.','kind':'overloaded',"
            + "'provider':'anthropic','status_code':529,'retrying_at':'2026-05-28T00:00:05Z'}}");
  }

  @Test
  void resets_nameTheEpisode() {
    assertEvent(
        new StreamEvent.PreviewReset(new Episode(9, 2)),
        "{'type':'preview_reset',CHAT,'snapshot_version':25,'history_version':9,"
            + "'generation_attempt':2}");
    assertEvent(
        new StreamEvent.HistoryReset(new Episode(11, 0)),
        "{'type':'history_reset',CHAT,'snapshot_version':25,'history_version':11,"
            + "'generation_attempt':0}");
  }

  @Test
  void framings_putTheSameEventsDifferently() {
    var write =
        new Write(
            25,
            List.of(
                new Outgoing(
                    new StreamEvent.QueueUpdate("[]".getBytes(US_ASCII)), new Cursor(9, 1, 17, 12)),
                new Outgoing(
                    new StreamEvent.PreviewReset(new Episode(9, 2)), new Cursor(9, 2, 0, 12))));
    var queue = expected("{'type':'queue_update',CHAT,'snapshot_version':25,'queued_messages':[]}");
    var reset =
        expected(
            "{'type':'preview_reset',CHAT,'snapshot_version':25,'history_version':9,"
                + "'generation_attempt':2}");
    assertThat(encode(Framing.ARRAY, write)).isEqualTo("[" + queue + "," + reset + "]");
    assertThat(encode(Framing.ENVELOPE, write))
        .isEqualTo("{\"type\":\"data\",\"data\":[" + queue + "," + reset + "]}");
    assertThat(encode(Framing.SSE, write))
        .isEqualTo(
            "id: 9.1.17.12\nevent: queue_update\ndata: "
                + queue
                + "\n\nid: 9.2.0.12\nevent: preview_reset\ndata: "
                + reset
                + "\n\n");
  }

  @Test
  void wrapperAroundAFrame_isMeasuredExactly_exceptForThePosition() {
    var log = new PartLog(new Episode(9, 1));
    for (var i = 0; i < 123; i++) {
      log.append(new JsonPartEncoder().encode(new Part.TextDelta("x")));
    }
    var frame = frame(log);
    for (var framing : Framing.values()) {
      var position = new Cursor(9, 1, 123, Long.MAX_VALUE);
      var write = new Write(25, List.of(new Outgoing(new StreamEvent.Part(frame), position)));
      var size = encoder.encode(framing, CHAT, write).length;
      assertThat(encoder.around(framing, 25, new Episode(9, 1), 1, 123))
          .as("%s", framing)
          .isEqualTo(size - frame.length());
    }
  }

  private void assertEvent(StreamEvent event, String expected) {
    var write = new Write(25, List.of(new Outgoing(event, new Cursor(0, 0, 0, 0))));
    var text = encode(Framing.ARRAY, write);
    assertThat(text).isEqualTo("[" + expected(expected) + "]");
    if (!(event instanceof StreamEvent.Message)) { // Its row here is none.
      Contract.hold("StreamMessage", text);
    }
    assertThat(event.payloadMax() + StreamEvent.WRAPPER).isGreaterThanOrEqualTo(text.length());
    for (var framing : Framing.values()) {
      var last = new Cursor(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
      var longest = new Write(Long.MAX_VALUE, List.of(new Outgoing(event, last)));
      assertThat(encoder.encode(framing, CHAT, longest).length)
          .isLessThanOrEqualTo(event.sizeMax());
    }
  }

  private String encode(Framing framing, Write write) {
    return new String(encoder.encode(framing, CHAT, write), US_ASCII);
  }

  private static String expected(String text) {
    return text.replace("\\'", "\\\"")
        .replace('\'', '"')
        .replace("CHAT", "\"chat_id\":\"" + CHAT + "\"");
  }

  private static PartFrame frame(PartLog log) {
    return requireNonNull(log.read(1, 1000));
  }
}
