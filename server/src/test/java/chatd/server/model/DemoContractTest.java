package chatd.server.model;

import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelRequest;
import org.junit.jupiter.api.AfterEach;

class DemoContractTest extends ModelClientContract {
  private final HastyTime time = new HastyTime();
  private final DemoClient client = new DemoClient(time);

  @AfterEach
  void close() {
    time.close();
  }

  @Override
  ModelClient client() {
    return client;
  }

  @Override
  ModelRequest request(Manner manner) {
    return Asked.user(
        switch (manner) {
          case COMPLETE -> "Good morning!";
          case CALLS_A_TOOL -> "Call a tool, please.";
          case FAILS -> "Please fail.";
          case FAILS_FOR_GOOD -> "Please fail hard.";
          case SILENT, HANGS -> "Please hang.";
          case ENDLESS -> "echo " + "more ".repeat(50_000);
        });
  }
}
