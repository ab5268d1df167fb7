package chatd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AlarmsTest {
  private static final String LATE_WRITE =
      """
      2026-11-24 19:20:35.168 WARN  AdaptiveExecutionStrategy: Unable to produce
      java.lang.NullPointerException: Cannot invoke "Callback.getInvocationType()"
      \tat org.eclipse.jetty.server.internal.HttpConnection$SendCallback.getInvocationType(H.java:812)
      \tat java.base/java.lang.Thread.run(Thread.java:1474)
      """;
  private static final String WARNING = "2026-11-24 19:20:35.244 WARN  engine: Trouble\n";

  @Test
  void warning_isNoAlarm() {
    assertThat(Alarms.of(WARNING.lines())).isEmpty();
  }

  @Test
  void errorsAndStacks_areAlarms() {
    var log =
        WARNING
            + "2026-11-24 19:20:35.244 ERROR engine: Broken\n"
            + "Exception in thread \"http-1\" java.lang.IllegalStateException: already released\n"
            + "\tat chatd.Main.main(Main.java:1)\n";

    assertThat(Alarms.of(log.lines())).hasSize(3);
  }

  @Test
  void writeThatWasGivenUpWhenItBecamePossible_isNoAlarm() {
    assertThat(Alarms.of((WARNING + LATE_WRITE + WARNING).lines())).isEmpty();
  }

  @Test
  void whatIsOnlyLikeIt_isAnAlarm() {
    for (var other :
        new String[] {
          LATE_WRITE.replace("Unable to produce", "Task run failed"),
          LATE_WRITE.replace("NullPointer", "IllegalState"),
          LATE_WRITE.replace("SendCallback", "FillableCallback"),
          LATE_WRITE + "Exception in thread \"x\" java.lang.Error\n",
        }) {
      assertThat(Alarms.of(other.lines())).as(other).isNotEmpty();
    }
  }
}
