package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// What `postmaster.pid` says: PostgreSQL's own sign that a server works on a data folder.
///
/// @param port 0 while it is not written yet
/// @param ready whether the server says that it takes connections
record PostmasterFile(long pid, int port, boolean ready) {
  static Path in(Path data) {
    return data.resolve("postmaster.pid");
  }

  static Optional<PostmasterFile> read(Path data) {
    try {
      var lines = Files.readAllLines(in(data));
      return Optional.of(
          new PostmasterFile(
              lines.isEmpty() ? 0 : Long.parseLong(lines.getFirst().strip()),
              lines.size() > 3 ? Integer.parseInt(lines.get(3).strip()) : 0,
              lines.size() > 7 && lines.get(7).strip().equals("ready")));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, data);
    } catch (NumberFormatException _) {
      return Optional.of(new PostmasterFile(0, 0, false)); // Half written; the next look is better.
    }
  }
}
