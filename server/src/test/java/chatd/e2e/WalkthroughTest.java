package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The walk succeeds, and tells the story that is kept in the documentation. Its recording is left
/// in `target/walkthrough.md`, from where `scripts/walkthrough` takes it.
@Tag("slow")
@Timeout(300)
class WalkthroughTest {
  @Test
  void walk_tellsTheStoryThatIsKept() throws IOException {
    var recording = Walkthrough.record();
    Files.writeString(Path.of("target", "walkthrough.md"), recording);
    var kept = Path.of("..", "docs", "walkthrough.md");
    assertThat(chapters(recording)).isNotEmpty();
    assertThat(kept).exists();
    assertThat(chapters(Files.readString(kept)))
        .as("chapters of docs/walkthrough.md; scripts/walkthrough --keep makes it anew")
        .isEqualTo(chapters(recording));
  }

  /// What cannot differ between two runs: the chapters, and what the user did and was answered.
  private static List<String> chapters(String recording) {
    return recording
        .lines()
        .filter(line -> line.startsWith("## ") || line.startsWith("user "))
        .toList();
  }
}
