package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads in `/proc` what Java does not tell about other processes. A process that has gone
/// meanwhile has no answer, which reads as empty.
final class Processes {
  private Processes() {}

  /// Ended, but still listed until its parent takes notice of it.
  static boolean isZombie(long pid) {
    var stat = read(pid, "stat");
    var state = stat.lastIndexOf(')') + 2; // The program's name before it may hold anything.
    return state < stat.length() && stat.charAt(state) == 'Z';
  }

  static boolean isPostgres(long pid) {
    return read(pid, "comm").strip().equals("postgres") && !isZombie(pid);
  }

  /// Whether this is the server at work in the folder, even if somebody started it by hand.
  static boolean isServer(long pid, Folder folder) {
    var line = read(pid, "cmdline");
    return isPostgres(pid)
        && (line.contains(folder.mark()) || line.contains(folder.data().toString()));
  }

  /// The folder's server and its sessions.
  static List<ProcessHandle> of(Folder folder) {
    return ProcessHandle.allProcesses()
        .filter(process -> isPostgres(process.pid()))
        .filter(process -> read(process.pid(), "cmdline").contains(folder.mark()))
        .toList();
  }

  private static String read(long pid, String file) {
    try {
      var path = Path.of("/proc", Long.toString(pid), file);
      return Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }
}
