package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.TestChat;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What stands around the chats.
class DeploymentTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final byte[] NOTHING = {};

  @AfterEach
  void getReady() {
    SERVER.stage().notReady.clear();
  }

  private static Reply get(String path) {
    return SERVER.stage().send("GET", path, NOTHING);
  }

  @Test
  void me_isTheCaller() {
    var ada = SERVER.stage().person();
    var me = ada.callAt("GET", "/api/v2/users/me", "").is(200);
    StrictReader.user(me.json());
    assertThat(me.text("id")).isEqualTo(ada.user().toString());
    assertThat(me.text("name")).isEqualTo("Ada");
    assertThat(me.elements("roles")).isEmpty();
    assertThat(me.text("organization_ids", 0)).isEqualTo(ApiStage.ORGANIZATION.toString());
    var admin = SERVER.stage().administrator().callAt("GET", "/api/v2/users/me", "");
    StrictReader.user(admin.json());
    assertThat(admin.text("roles", 0, "name")).isEqualTo("admin");
    assertThat(admin.text("roles", 0, "display_name")).isEqualTo("Admin");
  }

  @Test
  void buildInfo_isForAnyone() {
    var info = get("/api/v2/buildinfo").is(200);
    assertThat(info.members()).containsOnlyKeys("version", "external_url", "deployment_id");
    assertThat(info.text("version")).isEqualTo("0.1.0-test");
    assertThat(info.text("external_url")).isEqualTo("https://chat.example.org");
    assertThat(info.text("deployment_id")).isEqualTo(ApiStage.DEPLOYMENT.toString());
  }

  @Test
  void replicas_areListedForAdministrators() {
    var stage = SERVER.stage();
    var replica = TestChat.newReplica(stage.backend.stores());
    var list = stage.administrator().callAt("GET", "/api/v2/replicas", "").is(200);
    for (var i = 0; i < list.elements().size(); i++) {
      assertThat(list.members(i))
          .containsOnlyKeys(
              "id",
              "address",
              "version",
              "started_at",
              "heartbeat_age_ms",
              "running_turns",
              "state");
    }
    assertThat(list.body()).contains(replica.toString());
    assertThat(list.text(0, "state")).isIn("alive", "draining", "dead");
    assertThat(list.number(0, "running_turns")).isNotNegative();
  }

  @Test
  void home_tellsPeopleWhereTheyAre() {
    var home = get("/").is(200);
    assertThat(home.header("Content-Type")).startsWith("text/plain");
    assertThat(home.body()).contains("chatd 0.1.0-test", "/api/v2/chats", "./chatd token");
    get("/index.html").refuses(ApiError.ROUTE_NOT_FOUND);
  }

  @Test
  void health_needsNothing() {
    assertThat(get("/healthz").is(200).body()).isEqualTo("{\"status\":\"ok\"}");
  }

  @Test
  void answers_endWithALine() {
    assertThat(get("/healthz").answer().body()).endsWith('}', '\n');
    assertThat(get("/api/v2/chats").is(401).answer().body()).endsWith('}', '\n');
  }

  @Test
  void readiness_saysWhatIsMissing() {
    assertThat(get("/readyz").is(200).body()).isEqualTo("{\"status\":\"ready\"}");
    SERVER.stage().notReady.add(Readiness.Reason.LISTENER);
    assertThat(get("/readyz").is(503).body())
        .isEqualTo("{\"status\":\"not_ready\",\"reasons\":[\"listener\"]}");
    SERVER.stage().notReady.add(Readiness.Reason.DRAINING);
    SERVER.stage().notReady.add(Readiness.Reason.DATABASE);
    assertThat(get("/readyz").is(503).body())
        .isEqualTo(
            "{\"status\":\"not_ready\",\"reasons\":[\"database\",\"listener\",\"draining\"]}");
    assertThat(get("/healthz").is(200).header("X-Chat-Replica-Id"))
        .isEqualTo(ApiStage.REPLICA.toString());
  }

  @Test
  void readiness_namesReplicasWithAnotherSecret_andIsNoWorse() {
    var others = SERVER.stage().withOtherSecret;
    others.add(new UUID(0, 2));
    others.add(new UUID(0, 1));
    try {
      assertThat(get("/readyz").is(200).body())
          .isEqualTo(
              """
              {"status":"ready","other_cluster_secret":\
              ["00000000-0000-0000-0000-000000000001","00000000-0000-0000-0000-000000000002"]}\
              """);
    } finally {
      others.clear();
    }
  }

  @Test
  void health_withoutABody_isTheSame() {
    var stage = SERVER.stage();
    assertThat(head("/healthz").is(200).header("Content-Length")).isEqualTo("16");
    head("/readyz").is(200);
    stage.notReady.add(Readiness.Reason.DATABASE);
    try {
      head("/readyz").is(503);
      head("/healthz").is(200);
    } finally {
      stage.notReady.clear();
    }
  }

  private static Reply head(String path) {
    return SERVER.stage().send("HEAD", path, new byte[0]);
  }
}
