package chatd.engine.port;

import chatd.core.turn.ModelFault;

/// A model request that did not come to its end.
public final class ModelException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient ModelFault fault;

  public ModelException(ModelFault fault) {
    this(fault, null);
  }

  public ModelException(ModelFault fault, @org.jspecify.annotations.Nullable Throwable cause) {
    super(fault.kind() + ": " + fault.error().message(), cause);
    this.fault = fault;
  }

  public ModelFault fault() {
    return fault;
  }
}
