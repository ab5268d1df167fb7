package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import chatd.bench.user.Tally;
import java.util.List;

/// One step of one thread of an attack.
record Step(String attack, int thread, long number, Dice dice, Faults faults, Tally tally) {

  static Step of(Origin origin, long number, Faults faults, Tally tally) {
    var dice = new Dice(origin.seed, origin.attack, origin.thread, number);
    return new Step(origin.attack, origin.thread, number, dice, faults, tally);
  }

  /// Where all steps of a thread come from.
  record Origin(long seed, String attack, int thread) {}

  /// Something that must not be came of what was sent.
  void fault(String what, byte[] sent) {
    faults.add(new Fault(attack, thread, number, what, Faults.shown(sent)));
  }

  void faults(List<String> what, byte[] sent) {
    what.forEach(each -> fault(each, sent));
  }

  /// An answer came, of this status or close code.
  void seen(int status) {
    tally.add(attack, status);
  }
}
