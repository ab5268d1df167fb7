package chatd.server.relay;

import chatd.relay.Dialer;
import chatd.relay.Link;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The dialling end of a link.
final class DialedWebSocket implements Link, WebSocket.Listener {
  private final Dialer.Answer answer;
  private final BooleanSupplier isCancelled;
  private final Incoming incoming = new Incoming(this::demand);
  private volatile @Nullable WebSocket socket;

  DialedWebSocket(Dialer.Answer answer, BooleanSupplier isCancelled) {
    this.answer = answer;
    this.isCancelled = isCancelled;
  }

  @Override
  public void onOpen(WebSocket opened) {
    if (isCancelled.getAsBoolean()) {
      opened.abort();
      return;
    }
    socket = opened;
    incoming.attach(answer.opened(this));
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer piece, boolean last) {
    if (!incoming.piece(piece, last)) {
      close();
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    close(); // No replica says anything in this way.
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    incoming.ended();
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    incoming.ended();
  }

  @Override
  public void send(ByteBuffer message) {
    var open = socket;
    if (open == null) {
      return;
    }
    var _ =
        open.sendBinary(message, true)
            .whenComplete((_, failure) -> {
              if (failure == null) {
                incoming.written();
              } else {
                close();
              }
            });
  }

  @Override
  public void readOn(int bytesMax) {
    incoming.readOn(bytesMax);
  }

  private void demand() {
    var open = socket;
    if (open != null) {
      open.request(1);
    }
  }

  @Override
  public void close() {
    var open = socket;
    if (open != null) {
      open.abort();
    }
    incoming.ended(); // An aborted socket tells nobody.
  }
}
