package chatd.server.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `chatd replicas`, besides the data folder.
public interface ReplicasOptions {

  @Option(
      names = "--url",
      order = 10,
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      converter = Values.HttpUrl.class,
      description = "Where one of the replicas is reached (http://127.0.0.1:8080).")
  URI url();

  @Option(
      names = "--admin-token",
      order = 21,
      paramLabel = "TOKEN",
      converter = Values.Hidden.class,
      description = "The token of an administrator (the one in the data folder).")
  @Nullable Secret adminToken();
}
