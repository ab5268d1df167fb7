package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// People, their tokens, and the organization they are in.
class AccountsTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final String USERS = "/api/v2/users";
  private static final String TOKENS = "/api/v2/users/me/keys/tokens";
  private static final Duration DAYS_90 = Duration.ofDays(90);

  private ApiStage stage;
  private Person ada;
  private Person admin;

  @BeforeEach
  void signIn() {
    stage = SERVER.stage();
    ada = stage.person();
    admin = stage.administrator();
  }

  private Reply addUser(String name, String more) {
    var email = name + "@example.org";
    return admin.callAt(
        "POST", USERS, "{\"username\":\"%s\",\"email\":\"%s\"%s}".formatted(name, email, more));
  }

  private static String newName() {
    return "u-" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static String tokensOf(String user) {
    return USERS + "/" + user + "/keys/tokens";
  }

  private static Reply make(Person who, String path, String body) {
    return who.callAt("POST", path, body);
  }

  /// Who has this token.
  private Person with(String key) {
    return new Person(stage, ada.user(), key, Person.V2);
  }

  @Test
  void newUser_isToldWhole_andListed() {
    var name = newName();
    var reply = addUser(name, "").is(201);
    StrictReader.user(reply.json());
    assertThat(reply.text("username")).isEqualTo(name);
    assertThat(reply.text("email")).isEqualTo(name + "@example.org");
    assertThat(reply.elements("roles")).isEmpty();
    var all = newestUsers();
    assertThat(all.members()).containsOnlyKeys("users", "count");
    all.elements("users").forEach(StrictReader::user);
    assertThat(all.body()).contains(name);
  }

  /// The last page of a list to which other tests add, too.
  private Reply newestUsers() {
    var count = Long.parseLong(admin.callAt("GET", USERS + "?limit=1", "").is(200).text("count"));
    var offset = Math.max(0, count - 200);
    return admin.callAt("GET", USERS + "?limit=200&offset=" + offset, "").is(200);
  }

  @Test
  void newUser_mayBeAnAdministrator() {
    var name = newName();
    assertThat(addUser(name, ",\"admin\":true").is(201).text("roles", 0, "name"))
        .isEqualTo("admin");
    var key = make(admin, tokensOf(name), "{\"name\":\"t\"}").is(201).text("key");
    with(key).callAt("GET", USERS, "").is(200);
  }

  @Test
  void newUser_whoseNameOrAddressIsTaken_is409_andNothingChanges() {
    var name = newName();
    addUser(name, "").is(201);
    addUser(name, ",\"admin\":true").refuses(ApiError.USER_EXISTS);
    var sameAddress =
        "{\"username\":\"%s\",\"email\":\"%s@EXAMPLE.org\"}".formatted(newName(), name);
    make(admin, USERS, sameAddress).refuses(ApiError.USER_EXISTS);
    assertThat(make(admin, tokensOf(name), "{\"name\":\"t\"}").is(201).text("key")).isNotEmpty();
    assertThat(newestUsers().body()).contains("\"username\":\"" + name + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-a",
        "A",
        "a b",
        "ü",
        "a_b",
        "a.b",
        "me",
        "a\\u0000",
        "abcdefghijklmnopqrstuvwxyz0123456"
      })
  void username_ofAnotherForm_isNamed(String name) {
    make(admin, USERS, "{\"username\":\"%s\",\"email\":\"a@b\"}".formatted(name))
        .refuses(ApiError.VALIDATION_FAILED)
        .about("username");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "@", "a@", "@b", "a b@c", "a@b@c", "a\\u0000@b", "a\\ud800@b", "a@b\\n"})
  void email_ofAnotherForm_isNamed(String email) {
    make(admin, USERS, "{\"username\":\"%s\",\"email\":\"%s\"}".formatted(newName(), email))
        .refuses(ApiError.VALIDATION_FAILED)
        .about("email");
  }

  @Test
  void username_withTheLongestName_isTaken() {
    var name = newName().replace('-', '0') + "-".repeat(22);
    assertThat(name).hasSize(32);
    addUser(name, "").is(201);
    make(
            admin,
            USERS,
            "{\"username\":\"%s\",\"email\":\"%s\"}"
                .formatted(newName(), "x".repeat(250) + "@b.de"))
        .refuses(ApiError.VALIDATION_FAILED)
        .about("email");
  }

  @Test
  void newUser_withoutOrWithWrongFields_namesThem() {
    make(admin, USERS, "{}").refuses(ApiError.VALIDATION_FAILED).about("username").about("email");
    make(admin, USERS, "{\"username\":1,\"email\":null,\"admin\":\"x\"}")
        .refuses(ApiError.VALIDATION_FAILED)
        .about("username")
        .about("email")
        .about("admin");
    make(admin, USERS, "[]").refuses(ApiError.BODY_NOT_JSON);
    make(admin, USERS, "x".repeat(RequestBody.LIMIT + 1)).refuses(ApiError.BODY_TOO_LARGE);
  }

  @Test
  void users_areForAdministrators_beforeTheBodyIsRead() {
    make(ada, USERS, "{").refuses(ApiError.FORBIDDEN);
    ada.callAt("GET", USERS + "?limit=0", "").refuses(ApiError.FORBIDDEN);
    stage.send("GET", USERS, new byte[0]).refuses(ApiError.NOT_SIGNED_IN);
  }

  @Test
  void users_arePaged() {
    addUser(newName(), "").is(201);
    var all = admin.callAt("GET", USERS, "").is(200);
    assertThat(all.elements("users").size()).isBetween(2, 50);
    var second = admin.callAt("GET", USERS + "?limit=1&offset=1", "").is(200);
    assertThat(second.elements("users")).containsExactly(all.at("users", 1));
    assertThat(second.number("count")).isGreaterThanOrEqualTo(2);
    var none = admin.callAt("GET", USERS + "?offset=9223372036854775807", "").is(200);
    assertThat(none.elements("users")).isEmpty();
    assertThat(none.number("count")).isGreaterThanOrEqualTo(2);
    for (var bad : new String[] {"limit=0", "limit=201", "limit=x", "offset=-1", "offset="}) {
      admin
          .callAt("GET", USERS + "?" + bad, "")
          .refuses(ApiError.QUERY_INVALID)
          .about(bad.split("=", 2)[0]);
    }
  }

  @Test
  void newToken_signsIn_andItsSecretIsToldOnce() {
    var made = make(ada, TOKENS, "{\"name\":\"laptop \\u0000\"}").is(201);
    StrictReader.newToken(made.json());
    assertThat(made.text("name")).isEqualTo("laptop \0");
    assertThat(lifetime(made)).isBetween(DAYS_90.minusMinutes(5), DAYS_90.plusMinutes(5));
    assertThat(made.header("Cache-Control")).isEqualTo("no-store");

    var me = with(made.text("key")).callAt("GET", "/api/v2/users/me", "").is(200);
    assertThat(me.text("id")).isEqualTo(ada.user().toString());

    var list = ada.callAt("GET", TOKENS, "").is(200);
    list.elements().forEach(StrictReader::token);
    assertThat(list.text(0, "id")).isEqualTo(made.text("id"));
    assertThat(list.members(0)).containsKey("last_used_at");
    assertThat(list.body()).doesNotContain(made.text("key"));
    assertThat(stage.backend.storesText(made.text("key"))).isFalse();
  }

  private static Duration lifetime(Reply token) {
    return Duration.between(Instant.now(), Instant.parse(token.text("expires_at")));
  }

  @Test
  void token_livesAsLongAsItWasGiven() {
    var second = make(ada, TOKENS, "{\"name\":\"t\",\"lifetime_seconds\":1}").is(201);
    assertThat(lifetime(second)).isLessThanOrEqualTo(Duration.ofSeconds(1));
    var year = make(ada, TOKENS, "{\"name\":\"t\",\"lifetime_seconds\":31536000}").is(201);
    assertThat(lifetime(year)).isBetween(Duration.ofDays(364), Duration.ofDays(366));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "31536001", "1.5", "\"60\"", "true", "9223372036854775808"})
  void lifetime_outOfItsRange_isNamed(String seconds) {
    make(ada, TOKENS, "{\"name\":\"t\",\"lifetime_seconds\":%s}".formatted(seconds))
        .refuses(ApiError.VALIDATION_FAILED)
        .about("lifetime_seconds");
  }

  @Test
  void tokenName_isRequired_andShort() {
    for (var bad : new String[] {"{}", "{\"name\":1}", "{\"name\":\" \"}", "{\"name\":null}"}) {
      make(ada, TOKENS, bad).refuses(ApiError.VALIDATION_FAILED).about("name");
    }
    var longest = "\\ud83d\\ude00".repeat(200);
    make(ada, TOKENS, "{\"name\":\"" + longest + "\"}").is(201);
    make(ada, TOKENS, "{\"name\":\"" + longest + "x\"}")
        .refuses(ApiError.VALIDATION_FAILED)
        .about("name");
    make(ada, TOKENS, "{").refuses(ApiError.BODY_NOT_JSON);
  }

  @Test
  void tokenDeleted_signsInNoMore() {
    var made = make(ada, TOKENS, "{\"name\":\"t\"}").is(201);
    var holder = with(made.text("key"));
    holder.get("").is(200); // It is remembered now.
    var path = TOKENS + "/" + made.text("id");

    assertThat(ada.callAt("DELETE", path, "").is(204).body()).isEmpty();

    holder.get("").refuses(ApiError.NOT_SIGNED_IN);
    ada.callAt("DELETE", path, "").refuses(ApiError.NOT_FOUND);
    assertThat(ada.callAt("GET", TOKENS, "").elements()).isEmpty();
  }

  @Test
  void tokenOfSomebodyElse_isNone() {
    var made = make(ada, TOKENS, "{\"name\":\"t\"}").is(201);
    var path = TOKENS + "/" + made.text("id");
    stage.person().callAt("DELETE", path, "").refuses(ApiError.NOT_FOUND);
    with(made.text("key")).get("").is(200);
  }

  @Test
  void tokensOfOthers_areForAdministrators_byIdOrName() {
    var name = newName();
    var id = addUser(name, "").is(201).text("id");
    for (var user : new String[] {name, id, id.toUpperCase(Locale.ROOT)}) {
      var made = make(admin, tokensOf(user), "{\"name\":\"t\"}").is(201);
      var me = with(made.text("key")).callAt("GET", "/api/v2/users/me", "").is(200);
      assertThat(me.text("id")).isEqualTo(id);
      assertThat(admin.callAt("GET", tokensOf(user), "").text(0, "id")).isEqualTo(made.text("id"));
      admin.callAt("DELETE", tokensOf(user) + "/" + made.text("id"), "").is(204);
    }
    for (var user : new String[] {name, id, "nobody", ada.user().toString()}) {
      ada.callAt("GET", tokensOf(user), "").refuses(ApiError.FORBIDDEN);
      make(ada, tokensOf(user), "{").refuses(ApiError.FORBIDDEN);
      ada.callAt("DELETE", tokensOf(user) + "/" + id, "").refuses(ApiError.FORBIDDEN);
      ada.callAt("DELETE", tokensOf(user) + "/x", "").refuses(ApiError.TOKEN_ID_INVALID);
    }
    for (var user : new String[] {"nobody", "%C3%BC", "A", UUID.randomUUID().toString()}) {
      make(admin, tokensOf(user), "{").refuses(ApiError.NOT_FOUND);
      admin.callAt("DELETE", tokensOf(user) + "/" + id, "").refuses(ApiError.NOT_FOUND);
    }
  }

  @Test
  void organization_isTheOneThereIs() {
    var list = ada.callAt("GET", "/api/v2/organizations", "").is(200);
    list.elements().forEach(StrictReader::organization);
    assertThat(list.elements()).hasSize(1);
    assertThat(list.text(0, "id")).isEqualTo(ApiStage.ORGANIZATION.toString());
    assertThat(list.text(0, "is_default")).isEqualTo("true");
    for (var name : new String[] {"default", ApiStage.ORGANIZATION.toString()}) {
      assertThat(ada.callAt("GET", "/api/v2/organizations/" + name, "").is(200).json())
          .isEqualTo(list.at(0));
    }
    for (var name : new String[] {"other", ApiStage.DEPLOYMENT.toString(), "%C3%BC"}) {
      ada.callAt("GET", "/api/v2/organizations/" + name, "").refuses(ApiError.NOT_FOUND);
    }
    stage.send("GET", "/api/v2/organizations", new byte[0]).refuses(ApiError.NOT_SIGNED_IN);
  }
}
