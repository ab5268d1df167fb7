package chatd.server.cli;

import chatd.server.config.PlaceOptions;
import java.util.concurrent.Callable;

/// `chatd token`: shows the administrator's token.
final class TokenCommand implements Callable<Integer> {
  private final PlaceOptions place;
  private final Terminal terminal;

  TokenCommand(PlaceOptions place, Terminal terminal) {
    this.place = place;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    var folder = place.dataDir().toAbsolutePath().normalize();
    var token =
        AdminToken.find(folder)
            .orElseThrow(() ->
                new CannotRun(
                    "There is no token in %s: no server has started there yet, or it was given its token by --admin-token."
                        .formatted(folder)));
    terminal.out().println(token.value());
    return 0;
  }
}
