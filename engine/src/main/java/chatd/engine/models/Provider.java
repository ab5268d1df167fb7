package chatd.engine.models;

import chatd.engine.port.ModelDirectory.ProviderEntry;

/// A provider as administrators see it. One that the server's own settings name cannot be changed.
public record Provider(ProviderEntry entry, Source source, boolean hasApiKey) {

  /// Where a provider was set up.
  public enum Source {
    CONFIG,
    DATABASE
  }
}
