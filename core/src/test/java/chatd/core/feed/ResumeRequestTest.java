package chatd.core.feed;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.feed.ResumeRequest.Parameters;
import chatd.core.feed.ResumeRequest.Parsed;
import chatd.core.feed.ResumeRequest.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResumeRequestTest {
  private static final String MAX = "9223372036854775807";

  @Test
  void nothing_isAFreshClient() {
    assertThat(parse(null, null, null, null, null, null)).isEqualTo(ResumeRequest.FRESH);
    assertThat(parse("0", "0", "0", "0", "0.0.0.0", null)).isEqualTo(ResumeRequest.FRESH);
    assertThat(parse(null, null, null, null, "0.7.8", null)).isEqualTo(ResumeRequest.FRESH);
    assertThat(parse(null, null, null, null, "", "")).isEqualTo(ResumeRequest.FRESH);
  }

  @Test
  void idZero_isAbsentAlone_andNoRowBesideAVersion() {
    assertThat(parse("0", null, null, null, null, null).heldUpTo()).isNull();
    assertThat(parse("0", "9", null, null, null, null).heldUpTo()).isEqualTo(0);
    assertThat(parse(null, null, null, null, "9.1.5.0", null).heldUpTo()).isEqualTo(0);
    assertThat(parse(null, "9", null, null, null, null).heldUpTo()).isNull();
  }

  @Test
  void positionInAnEpisode_countsOnlyBesideAVersion() {
    assertThat(parse("4", null, "1", "5", null, null)).isEqualTo(new ResumeRequest(null, 0, 0, 4L));
    assertThat(parse("4", "9", "1", "5", null, null)).isEqualTo(new ResumeRequest(9L, 1, 5, 4L));
  }

  @Test
  void cursor_winsOverWhatItReplaces() {
    assertThat(parse("4", "1", "2", "3", "9.1.5", null)).isEqualTo(new ResumeRequest(9L, 1, 5, 4L));
    assertThat(parse("4", "1", "2", "3", "9.1.5.6", null))
        .isEqualTo(new ResumeRequest(9L, 1, 5, 6L));
    assertThat(parse("4", null, null, null, "0.0.0.6", null))
        .isEqualTo(new ResumeRequest(null, 0, 0, 6L));
  }

  @Test
  void lastEventId_winsOverEverything() {
    assertThat(parse(MAX, "1", "2", "3", "4.5.6.7", "9.1.5.12"))
        .isEqualTo(new ResumeRequest(9L, 1, 5, 12L));
    assertThat(parse("4", null, null, null, null, "9.1.5").heldUpTo()).isNull();
  }

  @Test
  void largestId_meansLiveOnly() {
    assertThat(parse(MAX, null, null, null, null, null).isLiveOnly()).isTrue();
    assertThat(parse("9223372036854775806", null, null, null, null, null).isLiveOnly()).isFalse();
  }

  @Test
  void malformedNumbers_areNamedByTheirSource() {
    for (var bad : List.of("x", "-1", "+1", "", " 1", "1.0", "9223372036854775808", "٣")) {
      assertThat(source(bad, null, null, null, null, null)).as(bad).isEqualTo(Source.AFTER_ID);
      assertThat(source(null, bad, null, null, null, null)).as(bad).isEqualTo(Source.CURSOR);
      assertThat(source(null, null, bad, null, null, null)).as(bad).isEqualTo(Source.CURSOR);
      assertThat(source(null, null, null, bad, null, null)).as(bad).isEqualTo(Source.CURSOR);
    }
    for (var bad :
        List.of("1", "1.2", "1.2.3.4.5", "1..3", "1.2.3.", "a.b.c", "1.-2.3", "1.2.3 ")) {
      assertThat(source(null, null, null, null, bad, null)).as(bad).isEqualTo(Source.CURSOR);
      assertThat(source(null, null, null, null, null, bad)).as(bad).isEqualTo(Source.LAST_EVENT_ID);
    }
  }

  @Test
  void cursor_isWrittenAsItIsRead() {
    assertThat(parse(null, null, null, null, null, new Cursor(9, 1, 17, 12).toString()))
        .isEqualTo(new ResumeRequest(9L, 1, 17, 12L));
  }

  private static ResumeRequest parse(@Nullable String... values) {
    return ((Parsed.Valid) parsed(values)).request();
  }

  private static Source source(@Nullable String... values) {
    return ((Parsed.Malformed) parsed(values)).source();
  }

  private static Parsed parsed(@Nullable String... values) {
    return ResumeRequest.parse(
        new Parameters(values[0], values[1], values[2], values[3], values[4], values[5]));
  }
}
