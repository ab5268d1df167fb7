package chatd.engine.fake;

import chatd.engine.port.AnyTextContract;
import chatd.engine.port.ChatChangesContract;
import chatd.engine.port.ChatFamilyContract;
import chatd.engine.port.ChatReadContract;
import chatd.engine.port.ChatStoreContract;
import chatd.engine.port.ConcurrentWritersContract;
import chatd.engine.port.ModelDirectoryContract;
import chatd.engine.port.ModelUseContract;
import chatd.engine.port.ReplicaDirectoryContract;
import chatd.engine.port.RequestKeyContract;
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

  @Nested
  class Reads extends ChatReadContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }

  @Nested
  class Changes extends ChatChangesContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }

  @Nested
  class Keys extends RequestKeyContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }

  @Nested
  class Texts extends AnyTextContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }

  @Nested
  class Replicas extends ReplicaDirectoryContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }

  @Nested
  class Writers extends ConcurrentWritersContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }

  @Nested
  class Families extends ChatFamilyContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }

  @Nested
  class Uses extends ModelUseContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }

  @Nested
  class Models extends ModelDirectoryContract {
    @Override
    protected StoreFixture fixture() {
      return newFixture();
    }
  }
}
