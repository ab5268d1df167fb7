package chatd.server.postgres.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarReaderTest {
  @TempDir Path temporary;

  @Test
  void filesLinksAndFolders_comeOutWithTheirModes() throws IOException {
    var target =
        unpack(
            new Archive()
                .entry("bin/tool", '0', 0700, "", "x".repeat(1000))
                .entry("share/", '5', 0755, "", "")
                .entry("share/text", '0', 0600, "", "hello")
                .entry("bin/link", '2', 0777, "tool", "")
                .end());

    assertThat(target.resolve("bin/link")).hasContent("x".repeat(1000));
    assertThat(target.resolve("share/text")).hasContent("hello");
    assertThat(mode(target.resolve("bin"))).isEqualTo("rwxr-xr-x");
    assertThat(mode(target.resolve("bin/tool"))).isEqualTo("rwxr-xr-x");
    assertThat(mode(target.resolve("share/text"))).isEqualTo("rw-r--r--");
  }

  @Test
  void placesOutside_areRefused() {
    for (var archive :
        new Archive[] {
          new Archive().entry("../out", '0', 0644, "", "x"),
          new Archive().entry("/tmp/out", '0', 0644, "", "x"),
          new Archive().entry("link", '2', 0777, "../out", ""),
          new Archive().entry("link", '2', 0777, "/etc/passwd", "")
        }) {
      assertThatThrownBy(() -> unpack(archive.end()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("outside");
    }
  }

  @Test
  void archiveCutOff_isRefused() {
    var whole = new Archive().entry("file", '0', 0644, "", "x".repeat(3000)).end();
    for (var length : new int[] {0, 100, 512, 1000, 512 + 3000, whole.length - 1024}) {
      assertThatThrownBy(() -> unpack(java.util.Arrays.copyOf(whole, length)))
          .as("cut off after %d bytes", length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void otherKindsOfEntries_areRefused() {
    assertThatThrownBy(() -> unpack(new Archive().entry("device", '3', 0644, "", "").end()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unknown kind");
  }

  private Path unpack(byte[] archive) throws IOException {
    var target = Files.createTempDirectory(temporary, "target");
    new TarReader(new ByteArrayInputStream(archive), target).unpack();
    return target;
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /// Writes archives as `tar` does, as far as the reader looks.
  private static final class Archive {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Archive entry(String name, char kind, int mode, String link, String content) {
      var header = new byte[512];
      put(header, 0, name);
      put(header, 100, "%07o".formatted(mode));
      put(header, 124, "%011o".formatted(content.length()));
      header[156] = (byte) kind;
      put(header, 157, link);
      put(header, 257, "ustar  ");
      out.writeBytes(header);
      out.writeBytes(content.getBytes(US_ASCII));
      out.writeBytes(new byte[(512 - content.length() % 512) % 512]);
      return this;
    }

    byte[] end() {
      out.writeBytes(new byte[1024]);
      return out.toByteArray();
    }

    private static void put(byte[] header, int from, String text) {
      System.arraycopy(text.getBytes(US_ASCII), 0, header, from, text.length());
    }
  }
}
