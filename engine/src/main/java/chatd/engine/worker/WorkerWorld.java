package chatd.engine.worker;

import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.parts.PartLogs;
import chatd.engine.port.ChatStore;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.PartEncoder;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.util.concurrent.ThreadFactory;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/// What turns on this replica are made with. `jitter` is drawn from 0 to 1.
public record WorkerWorld(
    Storage storage, Generation generation, Surroundings runtime, WorkerLimits limits) {

  public record Storage(ChatStore store, Chats chats, Hints hints) {}

  public record Generation(PartLogs logs, PartEncoder encoder, ModelCatalog models) {}

  public record Surroundings(
      Time time,
      ThreadFactory threads,
      DoubleSupplier jitter,
      Supplier<java.util.UUID> ids,
      Telemetry telemetry) {}
}
