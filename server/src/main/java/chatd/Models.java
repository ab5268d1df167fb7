package chatd;

import chatd.engine.chats.Hints;
import chatd.engine.models.KnownModels;
import chatd.engine.models.ModelAdministration;
import chatd.engine.port.Telemetry;
import chatd.server.model.OfferedModels;
import java.util.UUID;

/// The models that answer here: those of the settings, and those that administrators keep in the
/// database.
record Models(OfferedModels offered, ModelAdministration administration) {

  /// Reads them, and follows every change from now on.
  static Models open(
      Plan plan, Storage storage, Hints hints, Telemetry telemetry, Closing closing) {
    var rules = plan.rules(EncryptionKey.of(plan.settings()));
    var offered = new OfferedModels(plan.models(), rules, plan.time());
    closing.then(offered::close);
    var known =
        new KnownModels(
            storage.models(),
            hints,
            offered::take,
            new KnownModels.Surroundings(plan.time(), Serving.VIRTUAL, telemetry));
    known.start();
    closing.then(known::stop);
    return new Models(
        offered,
        new ModelAdministration(
            plan.models().configured(), storage.models(), rules, known, UUID::randomUUID));
  }
}
