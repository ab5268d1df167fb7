package chatd.server.model;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.part.Part;
import chatd.engine.port.ModelException;
import chatd.server.wire.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Puts the tool calls of one answer together from their pieces.
///
/// A piece belongs to the call at its index. Some providers leave the index out, or say 0 for every
/// call; then a piece with a name and another id begins the next call. Ids are made unique within
/// the answer, and made up where the provider has none.
final class ToolCallAssembly {
  private static final int CALLS_MAX = 256;
  private static final int ARGUMENTS_MAX = 1 << 20;

  /// Each piece that is handed on repeats the call's name and id.
  private static final int NAME_MAX = 4 << 10;

  private static final int ESCAPED = 6;

  private final ProviderFaults faults;

  private final List<Call> calls = new ArrayList<>();
  private final Map<Integer, Call> byIndex = new HashMap<>();
  private final Set<String> ids = new HashSet<>();
  private int argumentChars;

  ToolCallAssembly(ProviderFaults faults) {
    this.faults = faults;
  }

  private static final class Call {
    private final int order;
    private final String providerId;
    private final String id;
    private String toolName = "";
    private final StringBuilder arguments = new StringBuilder();
    private int shown;

    Call(int order, String providerId, String id) {
      this.order = order;
      this.providerId = providerId;
      this.id = id;
    }

    /// The arguments that were not handed on yet; none before the tool's name is known.
    Part.@Nullable ArgsDelta unshown() {
      if (toolName.isEmpty() || shown == arguments.length()) {
        return null;
      }
      var delta = arguments.substring(shown);
      shown = arguments.length();
      return new Part.ArgsDelta(id, toolName, delta, ToolOrigin.NONE);
    }
  }

  /// Adds a piece; answers what to show of it.
  Part.@Nullable ArgsDelta add(ChatChunk.CallDelta piece) throws ModelException {
    if (piece.id().length() > NAME_MAX || piece.name().length() > NAME_MAX) {
      throw new ModelException(faults.malformed("A tool call has too long a name or id."));
    }
    var call = callOf(piece);
    if (call.toolName.isEmpty()) {
      call.toolName = piece.name();
    }
    // A character is at least one byte, so what passes here is certainly too much.
    argumentChars += piece.arguments().length();
    checkSize(argumentChars);
    call.arguments.append(piece.arguments());
    return call.unshown();
  }

  /// The calls with their final arguments, by index.
  ///
  /// @param cutShort the answer reached a length limit; a call that is not complete is left out
  List<ContentPart.ToolCall> complete(boolean cutShort, Instant now) throws ModelException {
    var complete = new ArrayList<ContentPart.ToolCall>(calls.size());
    var encoded = 0L;
    for (var call : calls.stream().sorted(Comparator.comparingInt(c -> c.order)).toList()) {
      var arguments = argumentsOf(call, cutShort);
      if (arguments == null) {
        continue;
      }
      // Every event that shows the call repeats its name and id, escaped.
      encoded += arguments.text().length() + ESCAPED * (call.id.length() + call.toolName.length());
      checkSize(encoded);
      complete.add(
          new ContentPart.ToolCall(call.id, call.toolName, arguments, ToolOrigin.NONE, now));
    }
    return complete;
  }

  private @Nullable RawJson argumentsOf(Call call, boolean cutShort) throws ModelException {
    if (call.toolName.isEmpty()) {
      if (cutShort) {
        return null;
      }
      throw new ModelException(faults.malformed("A tool call has no name."));
    }
    var text = call.arguments.toString().strip();
    if (text.isEmpty()) {
      return cutShort ? null : RawJson.EMPTY_OBJECT;
    }
    try {
      return Json.raw(text);
    } catch (JacksonException _) {
      if (cutShort) {
        return null;
      }
      throw new ModelException(
          faults.malformed("The arguments for the tool " + call.toolName + " are not JSON."));
    }
  }

  private Call callOf(ChatChunk.CallDelta piece) throws ModelException {
    var index = piece.index();
    var known = index != null ? byIndex.get(index) : calls.isEmpty() ? null : calls.getLast();
    if (known != null && !beginsAnother(piece, known)) {
      return known;
    }
    if (calls.size() == CALLS_MAX) {
      throw new ModelException(faults.callsTooLarge("At most " + CALLS_MAX + " in one step."));
    }
    var order = index == null ? calls.size() : index;
    var call = new Call(order, piece.id(), uniqueId(piece.id()));
    calls.add(call);
    if (index != null) {
      byIndex.put(index, call);
    }
    return call;
  }

  private static boolean beginsAnother(ChatChunk.CallDelta piece, Call known) {
    if (piece.name().isEmpty() || known.toolName.isEmpty()) {
      return false;
    }
    return piece.id().isEmpty() ? piece.index() == null : !piece.id().equals(known.providerId);
  }

  private String uniqueId(String said) {
    var wanted = said.isEmpty() ? "call_" + (calls.size() + 1) : said;
    var id = wanted;
    for (var number = 2; !ids.add(id); number++) {
      id = wanted + "_" + number;
    }
    return id;
  }

  private void checkSize(long size) throws ModelException {
    if (size > ARGUMENTS_MAX) {
      throw new ModelException(faults.callsTooLarge("At most 1 MiB of arguments in one step."));
    }
  }
}
