package chatd.server.cli;

import chatd.server.config.PlaceOptions;
import chatd.server.config.ServeOptions;
import chatd.server.config.ServeSettings;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `chatd doctor`: says whether a server with these settings would work here, one line for each
/// thing. It ends with 1 if it would not.
final class DoctorCommand implements Callable<Integer> {
  private static final int NOT_WELL = 1;

  private final PlaceOptions place;
  private final ServeOptions options;
  private final Terminal terminal;
  private final Doctor doctor;
  private boolean well = true;

  DoctorCommand(PlaceOptions place, ServeOptions options, Terminal terminal, Doctor doctor) {
    this.place = place;
    this.options = options;
    this.terminal = terminal;
    this.doctor = doctor;
  }

  @Override
  public Integer call() throws InterruptedException {
    doctor.examine(ServeSettings.of(place, options), this::tell);
    return well ? 0 : NOT_WELL;
  }

  private void tell(Finding finding) {
    well &= finding.verdict() != Finding.Verdict.FAIL;
    var verdict = finding.verdict().name();
    terminal
        .out()
        .printf(
            "%-5s %-11s %s%n",
            finding.verdict() == Finding.Verdict.FAIL ? verdict : verdict.toLowerCase(Locale.ROOT),
            finding.what(),
            finding.text());
  }
}
