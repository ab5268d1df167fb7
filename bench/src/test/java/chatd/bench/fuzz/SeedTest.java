package chatd.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.bench.user.Deployment;
import chatd.bench.user.Dice;
import chatd.bench.user.User;
import chatd.contract.Document;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// The same seed makes the same requests, so that what one of them did can be done again.
class SeedTest {
  private static final int STEPS = 300;

  @Test
  void malformedRequests_ofOneSeed_areTheSame() {
    var requests = new MalformedRequests("token");
    repeats(dice -> requests.draw(dice).bytes());
  }

  @Test
  void mutatedRequests_ofOneSeed_areTheSame() {
    var user = new User("someone", "token");
    try (var requests =
        new MutatedRequests(new Deployment(List.of(1), "admin"), user, Document.SERVED)) {
      repeats(dice -> requests.draw(dice, new Ids(), "token", "admin").bytes());
    }
  }

  @Test
  void frames_ofOneSeed_areTheSame() {
    repeats(Frames::draw);
  }

  private static void repeats(Function<Dice, byte[]> draw) {
    var different = 0;
    for (var step = 0; step < STEPS; step++) {
      var bytes = draw.apply(new Dice(7, "attack", 3, step));
      assertThat(draw.apply(new Dice(7, "attack", 3, step))).isEqualTo(bytes);
      different += Arrays.equals(draw.apply(new Dice(8, "attack", 3, step)), bytes) ? 0 : 1;
    }
    assertThat(different).isGreaterThan(STEPS / 2);
  }

  @Test
  void everyRoute_isDrawn() {
    var routes = new Routes(Document.SERVED);
    for (var operation : routes.operations()) {
      var request = routes.request(operation, new Dice(1, "routes", 0, 0), new Ids());
      assertThat(request.method()).isEqualTo(operation.method());
      assertThat(Document.SERVED.operation(request.method(), request.path()))
          .as(request.path())
          .hasValueSatisfying(found -> assertThat(found.route()).isEqualTo(operation.route()));
    }
  }
}
