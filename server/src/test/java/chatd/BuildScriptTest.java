package chatd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `scripts/build.sh` in a source tree without sources, with a Maven that only writes the jar.
class BuildScriptTest {
  private static final Path SCRIPTS = Path.of("..", "scripts").toAbsolutePath();

  private @TempDir Path tree;

  @Test
  void build_leavesToAChatdThatRunsWhatItHasOpen() throws Exception {
    var jar = tree.resolve("server/target/chatd.jar");
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "the build that runs");
    try (var open = Files.newInputStream(jar)) {
      build();

      assertThat(jar).hasContent("the new build");
      assertThat(new String(open.readAllBytes(), US_ASCII)).isEqualTo("the build that runs");
    }
  }

  private void build() throws IOException, InterruptedException {
    var programs = Files.createDirectories(tree.resolve("bin"));
    var mvn =
        Files.writeString(
            programs.resolve("mvn"),
            "#!/bin/sh\nprintf 'the new build' > server/target/chatd.jar\n");
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwx------"));
    var script =
        "set -euo pipefail; ROOT=$PWD; NAME=chatd; JDK_HOME=/; PATH=$PWD/bin:$PATH; . %s; build"
            .formatted(SCRIPTS.resolve("build.sh"));
    var log = tree.resolve("build.log");
    var process =
        new ProcessBuilder("bash", "-c", script)
            .directory(tree.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }
}
