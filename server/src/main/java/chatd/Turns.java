package chatd;

import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import chatd.engine.worker.Membership;
import chatd.engine.worker.MembershipLimits;
import chatd.engine.worker.WorkerWorld;
import chatd.server.config.ServeSettings;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Where turns run: the replica as one among others, and its worker.
record Turns(ServeSettings settings, Storage storage, Time time, Telemetry telemetry) {

  /// Not a member yet.
  Membership membership(
      Membership.Self self,
      WorkerWorld.Storage stores,
      WorkerWorld.Generation generation,
      Membership.Listener listener) {
    var surroundings =
        new WorkerWorld.Surroundings(
            time,
            Serving.VIRTUAL,
            () -> ThreadLocalRandom.current().nextDouble(),
            UUID::randomUUID,
            telemetry);
    return new Membership(
        storage.replicas(),
        new WorkerWorld(stores, generation, surroundings, new ChosenLimits(settings).worker()),
        MembershipLimits.of(settings.running().lease()),
        Thread.ofPlatform().daemon().name("heartbeat").factory(),
        self,
        listener);
  }
}
