package chatd.server.postgres;

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
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The stores in PostgreSQL keep the contracts.
class PostgresStoreTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static PostgresFixture fixture;

  @BeforeAll
  static void createDatabase() {
    fixture = new PostgresFixture(POSTGRES);
  }

  @AfterAll
  static void dropDatabase() throws SQLException {
    fixture.close();
  }

  @Nested
  class Commands extends ChatStoreContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Reads extends ChatReadContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Changes extends ChatChangesContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Keys extends RequestKeyContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Texts extends AnyTextContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Replicas extends ReplicaDirectoryContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Writers extends ConcurrentWritersContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Families extends ChatFamilyContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Uses extends ModelUseContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }

  @Nested
  class Models extends ModelDirectoryContract {
    @Override
    protected StoreFixture fixture() {
      return fixture;
    }
  }
}
