package chatd.server.model;

import chatd.core.turn.ModelFault;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelException;
import chatd.engine.port.ModelRequest;

/// Stands for a provider that cannot be asked, and says why.
record UnavailableClient(ModelFault why) implements ModelClient {

  @Override
  public Call call(ModelRequest request) {
    return new Call() {
      @Override
      public Completion run(Sink sink) throws ModelException {
        throw new ModelException(why);
      }

      @Override
      public void cancel() {}
    };
  }
}
