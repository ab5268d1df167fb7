package chatd.bench;

import chatd.bench.process.MachineLoad;
import java.util.Locale;

/// One measured figure beside what it has to be.
///
/// @param ratio measured over target, empty without a target
/// @param how the way it was measured, in a few sentences
record Finding(
    String what, String target, String measured, String ratio, Verdict verdict, String how) {

  /// A figure that may be this big at most.
  static Finding atMost(String what, double measured, double limit, String unit) {
    var verdict = measured <= limit ? Verdict.REACHED : Verdict.MISSED;
    return new Finding(
        what, "<= " + text(limit, unit), text(measured, unit), ratio(measured, limit), verdict, "");
  }

  /// Something that has to be exactly as expected.
  static Finding exactly(String what, long measured, long expected, String unit) {
    var verdict = measured == expected ? Verdict.REACHED : Verdict.MISSED;
    return new Finding(
        what, text((double) expected, unit), text((double) measured, unit), "", verdict, "");
  }

  /// How often a promise was broken, which may never be.
  static Finding promise(String what, long broken) {
    var verdict = broken == 0 ? Verdict.REACHED : Verdict.BROKEN;
    return new Finding(what, text(0, ""), text((double) broken, ""), "", verdict, "");
  }

  /// A figure without a target.
  static Finding fact(String what, String measured) {
    return new Finding(what, "", measured, "", Verdict.NONE, "");
  }

  Finding how(String sentences) {
    return new Finding(what, target, measured, ratio, verdict, sentences);
  }

  /// Says why the figure is not what it has to be, if it is not.
  Finding because(String reason) {
    return switch (verdict) {
      case MISSED -> how(how + " Missed: " + reason);
      case BROKEN -> how(how + " Broken: " + reason);
      case REACHED, VOID, NONE -> this;
    };
  }

  /// Void if the machine was too busy with other things. What was reached all the same stays so.
  Finding under(MachineLoad load) {
    var spoilt = verdict == Verdict.MISSED && load.isSpoilt();
    var now = spoilt ? Verdict.VOID : verdict;
    return new Finding(what, target, measured, ratio, now, how + " Machine: " + load + ".");
  }

  /// Void if the machine was full, by whatever and whatever came out: for what another kind of load
  /// cannot tell.
  Finding unlessFull(MachineLoad load) {
    var now = load.isFull() ? Verdict.VOID : verdict;
    return new Finding(what, target, measured, ratio, now, how + " Machine: " + load + ".");
  }

  private static String ratio(double measured, double limit) {
    return limit == 0 ? "" : String.format(Locale.ROOT, "%.2f", measured / limit);
  }

  private static String text(double value, String unit) {
    var number =
        value == Math.rint(value)
            ? String.format(Locale.ROOT, "%.0f", value)
            : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    return unit.isEmpty() ? number : number + " " + unit;
  }
}
