package chatd.server.cli;

import chatd.server.config.ServeSettings;
import java.nio.file.Path;

/// What a server says when it is ready.
record Greeting(About chatd, ServeSettings settings) {

  /// What is to be told besides the settings.
  record About(Program program, Path usualFolder) {}

  String sentence(int port) {
    return "chatd %s is ready at %s".formatted(chatd.program().version(), address(port));
  }

  String text(int port) {
    return """

    %s

      Model    %s
      Data     %s
      Token    %s
      Try      curl -H "Authorization: Bearer %s" %s/api/v2/users/me

    Ctrl-C stops it.\
    """
        .formatted(sentence(port), model(), data(), token(), tokenInShell(), address(port));
  }

  private String model() {
    var model = settings.models().model();
    return model.equals("demo")
        ? "demo, which answers without a key; --model chooses another"
        : model;
  }

  private String data() {
    return settings.databaseUrl() == null
        ? settings.dataDir().toString()
        : "in the database of --database-url";
  }

  private String token() {
    return settings.adminToken() == null ? tokenCommand() : "the one given by --admin-token";
  }

  private String tokenInShell() {
    return settings.adminToken() == null ? "$(" + tokenCommand() + ")" : "$CHATD_ADMIN_TOKEN";
  }

  private String tokenCommand() {
    var command = chatd.program().command() + " token";
    return settings.dataDir().equals(chatd.usualFolder())
        ? command
        : command + " --data-dir '" + settings.dataDir() + "'";
  }

  private String address(int port) {
    var listening = settings.listening();
    if (listening.externalUrl() != null) {
      return listening.externalUrl().toString().replaceFirst("/+$", "");
    }
    var host =
        switch (listening.host()) {
          case "0.0.0.0", "::", "[::]" -> "localhost"; // Every address, so this one too.
          case String it -> it.contains(":") && !it.startsWith("[") ? "[" + it + "]" : it;
        };
    return "http://" + host + ":" + port;
  }
}
