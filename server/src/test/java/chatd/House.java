package chatd;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Predicate;

/// The classes of chatd, without its tests, and the words in which the rules about them are
/// written.
final class House {

  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("chatd");

  private House() {}

  /// Checks a rule, also while no class is there yet that it speaks of.
  static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  /// No class among `who` calls, refers to or reads what `use` recognises.
  static void neverUses(
      DescribedPredicate<JavaClass> who, String what, Predicate<JavaAccess<?>> use) {
    check(noClasses().that(who).should().accessTargetWhere(describe("it is " + what, use)));
  }

  /// Whether a member of `type` is used: any, or one of these names.
  static boolean isOf(JavaAccess<?> access, Class<?> type, String... names) {
    return access.getTargetOwner().isAssignableTo(type)
        && (names.length == 0 || List.of(names).contains(access.getName()));
  }

  /// Whether a member of a class of `room` or a package in it is used.
  static boolean isIn(JavaAccess<?> access, String room) {
    var name = access.getTargetOwner().getPackageName();
    return name.equals(room) || name.startsWith(room + ".");
  }

  /// Whether what is used takes no parameter.
  static boolean takesNothing(JavaAccess<?> access) {
    return access.getTarget() instanceof CodeUnitAccessTarget unit
        && unit.getRawParameterTypes().isEmpty();
  }

  /// Whether what is used takes a parameter of this type or of a kind of it.
  static boolean takes(JavaAccess<?> access, Class<?> type) {
    return access.getTarget() instanceof CodeUnitAccessTarget unit
        && unit.getRawParameterTypes().stream().anyMatch(it -> it.isAssignableTo(type));
  }
}
