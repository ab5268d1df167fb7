package chatd;

/// Which chatd this is.
final class Version {
  private Version() {}

  /// The version of the jar that this class was loaded from.
  static String current() {
    var version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "of a source tree" : version;
  }
}
