package chatd.engine.fake;

import chatd.engine.port.ChatStoreContract;
import chatd.engine.port.StoreFixture;
import org.junit.jupiter.api.Nested;

/// The stores in memory keep the contracts of the real ones.
class InMemoryStoreTest {
  private static StoreFixture newFixture() {
    return new InMemoryFixture(new ManualTime());
  }

  @Nested
  class Commands extends ChatStoreContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }
}
