package chatd.engine.port;

import java.util.Set;
import java.util.UUID;

/// Tells whether those who watch may still do so.
public interface Sessions {

  /// Those of these tokens that exist and have not expired.
  ///
  /// @throws StoreException on a fault
  Set<UUID> live(Set<UUID> tokens);
}
