package chatd.server.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// The signals by which this process is asked to end: Ctrl-C, that of service supervisors, and a
/// terminal that goes away.
///
/// Only Ctrl-C counts a second time. A person presses it twice on purpose; the others come twice by
/// accident, because a terminal and its shell, or a supervisor and its group, send one each.
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
  private static final Signal CTRL_C = new Signal("INT");

  private Signals() {}

  /// A third Ctrl-C is left to the system, which kills the process.
  static void listen(Runnable first, Runnable again) {
    var asked = new AtomicBoolean();
    hear(new Signal("TERM"), asked, first, () -> {});
    hear(new Signal("HUP"), asked, first, () -> {});
    hear(
        CTRL_C,
        asked,
        first,
        () -> {
          Signal.handle(CTRL_C, SignalHandler.SIG_DFL);
          again.run();
        });
  }

  private static void hear(Signal signal, AtomicBoolean asked, Runnable first, Runnable again) {
    try {
      Signal.handle(signal, _ -> (asked.compareAndSet(false, true) ? first : again).run());
    } catch (IllegalArgumentException _) { // So it is with the JVM's option -Xrs.
      LOG.warn("SIG{} is left to the system and ends this process without order", signal.getName());
    }
  }
}
