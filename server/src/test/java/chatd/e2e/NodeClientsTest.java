package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said where clients from npm cannot be had, with programs that stand in for node and npm.
class NodeClientsTest {
  private @TempDir Path folder;

  private String program(String name, String body) throws IOException {
    var file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  private void mustFail(String node, String npm, String sentence) {
    var clients = new NodeClients(folder.resolve("clients"), node, npm, Duration.ofSeconds(1));
    assertThatThrownBy(clients::install).isInstanceOf(AssertionError.class).hasMessage(sentence);
  }

  @Test
  void install_withoutNode_saysWhatIsNeeded() {
    mustFail(
        "there-is-no-node",
        "npm",
        "This test needs node 20 or newer and npm on the PATH, and node --version cannot be"
            + " started.");
  }

  @Test
  void install_withAnOldNode_saysWhatIsNeeded() throws IOException {
    mustFail(
        program("node", "echo v18.20.4"),
        "npm",
        "This test needs node 20 or newer and npm on the PATH, and node --version ended with 0 and"
            + " says v18.20.4.");
  }

  @Test
  void install_withoutNpm_namesIt() throws IOException {
    mustFail(program("node", "echo v20.0.0"), "there-is-no-npm", sentence("cannot be started"));
  }

  @Test
  void install_thatFails_namesTheLog() throws IOException {
    mustFail(
        program("node", "echo v22.1.0"),
        program("npm", "echo unreachable; exit 1"),
        sentence("ended with 1"));
  }

  @Test
  void install_thatDoesNotEnd_isEnded() throws IOException {
    mustFail(
        program("node", "echo v24.0.0"),
        program("npm", "sleep 600 & wait"),
        sentence("took longer than 1 s"));
  }

  private String sentence(String how) {
    return "The packages of server/src/test/node cannot be installed: npm ci %s, and its log is %s."
        .formatted(how, folder.resolve("clients").resolve("npm.log"));
  }
}
