package chatd.bench.chaos;

import chatd.fault.FaultProxy;

/// A way that may be closed for several reasons at once, and is open when none of them is left.
final class Way {
  private final FaultProxy proxy = new FaultProxy();
  private int refusals;

  FaultProxy proxy() {
    return proxy;
  }

  synchronized void refuse() {
    if (refusals++ == 0) {
      proxy.refuse();
    }
  }

  synchronized void accept() {
    if (--refusals == 0) {
      proxy.accept();
    }
  }
}
