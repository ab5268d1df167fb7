package chatd.server.postgres.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/// Unpacks a tar archive of directories, files and symbolic links, in the ustar and GNU formats.
///
/// Of a file's mode only "may be executed" is kept: everything becomes readable for all and
/// writable for its owner, because another account may have to run it. Any other kind of entry, and
/// an entry that would land outside the target, is an `IOException`.
final class TarReader {
  private static final int BLOCK = 512;

  private final InputStream in;
  private final Path target;

  TarReader(InputStream in, Path target) {
    this.in = in;
    this.target = target;
  }

  void unpack() throws IOException {
    for (var header = readBlock(); header[0] != 0; header = readBlock()) {
      unpackEntry(header);
    }
  }

  private void unpackEntry(byte[] header) throws IOException {
    var path = inside(target.resolve(name(header)));
    var executable = (octal(header, 100, 8) & 0100) != 0;
    var size = octal(header, 124, 12);
    makeFolder(parent(path));
    switch (header[156]) {
      case '0', 0 -> {
        writeFile(path, size);
        setMode(path, executable ? "rwxr-xr-x" : "rw-r--r--");
      }
      case '5' -> makeFolder(path);
      case '2' -> {
        var link = Path.of(text(header, 157, 100));
        inside(parent(path).resolve(link));
        Files.createSymbolicLink(path, link);
      }
      default -> throw new IOException("unknown kind of entry in the archive: " + path);
    }
  }

  private void makeFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      makeFolder(parent(path)); // An archive need not name every folder that it uses.
      Files.createDirectory(path);
      setMode(path, "rwxr-xr-x");
    }
  }

  private void writeFile(Path path, long size) throws IOException {
    try (var out = Files.newOutputStream(path)) {
      var buffer = new byte[64 * 1024];
      for (var left = size; left > 0; ) {
        var read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw new IOException("the archive ends inside of " + path);
        }
        out.write(buffer, 0, read);
        left -= read;
      }
    }
    in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
  }

  private byte[] readBlock() throws IOException {
    var block = in.readNBytes(BLOCK);
    if (block.length < BLOCK) {
      throw new IOException("the archive ends without its end mark");
    }
    return block;
  }

  private Path inside(Path path) throws IOException {
    var normal = path.normalize();
    if (!normal.startsWith(target) || normal.equals(target)) {
      throw new IOException("the archive names a place outside of it: " + path);
    }
    return normal;
  }

  private static String name(byte[] header) {
    var name = text(header, 0, 100);
    // Only ustar has a prefix here; GNU tar, whose mark ends in blanks, keeps times in its place.
    var prefix = header[262] == 0 ? text(header, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] header, int from, int length) {
    var end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, UTF_8);
  }

  private static long octal(byte[] header, int from, int length) throws IOException {
    var digits = text(header, from, length).strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new IOException("the archive has a damaged header: " + Arrays.toString(header), e);
    }
  }

  private static Path parent(Path path) throws IOException {
    var parent = path.getParent();
    if (parent == null) {
      throw new IOException("the archive names no file: " + path);
    }
    return parent;
  }

  private static void setMode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
