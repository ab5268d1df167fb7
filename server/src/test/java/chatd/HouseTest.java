package chatd;

import static chatd.House.CLASSES;
import static chatd.House.check;
import static chatd.House.isOf;
import static chatd.House.neverUses;
import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The rules of the house: which room may know which, and how every room is kept. A rule that
/// cannot be kept is removed, never given an exception.
class HouseTest {

  /// The rooms of the core, in the order in which they build on each other.
  private static final List<String> CORE_ROOMS =
      List.of("message", "chat", "turn", "runner", "part", "feed", "watch", "relay");

  /// Java without threads, sockets, files and reflection.
  private static final List<String> PURE_JAVA =
      List.of(
          "java.lang",
          "java.lang.annotation",
          "java.lang.invoke", // lambdas
          "java.lang.runtime", // records and switches
          "java.math",
          "java.nio.charset",
          "java.time",
          "java.util",
          "java.util.function",
          "java.util.random",
          "java.util.regex",
          "java.util.stream",
          "org.jspecify.annotations");

  @Test
  void everyModule_isLookedAt() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName))
        .contains("chatd")
        .anyMatch(name -> name.startsWith("chatd.core."))
        .anyMatch(name -> name.startsWith("chatd.engine."))
        .contains("chatd.relay");
  }

  @Test
  void core_knowsItselfAndPureJava() {
    knowsOnly("chatd.core..", "chatd.core..");
  }

  @Test
  void engine_knowsItselfTheCoreAndPureJava() {
    knowsOnly("chatd.engine..", "chatd.engine..", "chatd.core..", "java.util.concurrent..");
  }

  /// Of bytes and signatures it knows how they are made, of sockets nothing.
  @Test
  void relay_knowsItselfTheEngineTheCoreAndPureJava() {
    knowsOnly(
        "chatd.relay..",
        "chatd.relay..",
        "chatd.engine..",
        "chatd.core..",
        "java.nio",
        "java.security..",
        "java.util.concurrent..",
        "javax.crypto..");
  }

  @Test
  void relay_isAnAddOn() {
    doesNotKnow("chatd.engine..", "chatd.relay..");
    doesNotKnow("chatd.core..", "chatd.relay..");
  }

  @Test
  void main_isKnownByNobody() {
    doesNotKnow("chatd.*..", "chatd");
  }

  @Test
  void coreRooms_knowOnlyTheRoomsBeforeThem() {
    for (var i = 0; i < CORE_ROOMS.size(); i++) {
      var room = coreRoom(CORE_ROOMS.get(i));
      var later = CORE_ROOMS.subList(i + 1, CORE_ROOMS.size()).stream().map(HouseTest::coreRoom);
      doesNotKnow(room, later.toArray(String[]::new));
      doesNotKnow("chatd.core", room);
    }
  }

  @Test
  void core_hasNoOtherRooms() {
    var rooms =
        Stream.concat(Stream.of("chatd.core"), CORE_ROOMS.stream().map(HouseTest::coreRoom));
    check(
        classes()
            .that()
            .resideInAPackage("chatd.core..")
            .should()
            .resideInAnyPackage(rooms.toArray(String[]::new)));
  }

  @Test
  void engineWorkerAndFeed_doNotKnowEachOther() {
    doesNotKnow("chatd.engine.worker..", "chatd.engine.feed..");
    doesNotKnow("chatd.engine.feed..", "chatd.engine.worker..");
  }

  /// `config` is what the command line is read into, so `cli` knows it; nobody else does.
  @Test
  void adapters_knowOnlyWire_andTheCommandLineItsSettings() {
    check(
        slices()
            .matching("chatd.server.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(alwaysTrue(), resideInAPackage("chatd.server.wire.."))
            .ignoreDependency(
                resideInAPackage("chatd.server.cli.."), resideInAPackage("chatd.server.config..")));
    doesNotKnow("chatd.server", "chatd.server.*..");
  }

  @Test
  void packages_haveNoCycles() {
    check(slices().matching("(**)").should().beFreeOfCycles());
  }

  @Test
  void database_isKnownOnlyToItsAdapter() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("chatd.server.postgres..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.sql..",
                "javax.sql..",
                "org.postgresql..",
                "com.zaxxer.hikari..",
                "org.flywaydb.."));
  }

  @Test
  void house_hasNoReflection() {
    doesNotKnow("chatd..", "java.lang.reflect..");
    neverUses(alwaysTrue(), "reflection", access -> isOf(access, Class.class, "forName"));
  }

  /// The compiler does not warn of them here.
  @Test
  void internalsOfTheJdk_areUsedForSignalsAlone() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("chatd.server.cli.Signals")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("sun..", "com.sun..", "jdk.."));
  }

  @Test
  void staticState_neverChanges() {
    check(fields().that().areStatic().should().beFinal());
  }

  @Test
  void names_sayWhatAClassIs() {
    check(
        noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Handler|Processor|Utils?|Impl)|.*[.$]Abstract.*"));
  }

  @Test
  void everyPackage_hasItsPlate() throws IOException {
    try (var modules = Files.newDirectoryStream(Path.of(".."))) {
      for (var module : modules) {
        var sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          assertThat(packagesIn(sources)).isNotEmpty().allSatisfy(HouseTest::hasPlate);
        }
      }
    }
  }

  private static List<Path> packagesIn(Path sources) throws IOException {
    try (var files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::getParent)
          .distinct()
          .toList();
    }
  }

  private static void hasPlate(Path folder) {
    assertThat(folder.resolve("package-info.java"))
        .content()
        .startsWith("/// ")
        .contains("\n@NullMarked\n");
  }

  private static String coreRoom(String name) {
    return "chatd.core." + name + "..";
  }

  private static void knowsOnly(String room, String... packages) {
    var allowed = Stream.concat(PURE_JAVA.stream(), Stream.of(packages));
    check(
        classes()
            .that()
            .resideInAPackage(room)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(allowed.toArray(String[]::new)));
  }

  private static void doesNotKnow(String room, String... packages) {
    check(
        noClasses()
            .that()
            .resideInAPackage(room)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages));
  }
}
