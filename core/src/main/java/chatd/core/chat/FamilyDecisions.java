package chatd.core.chat;

import java.util.stream.Stream;

/// What happens to a root chat and all its sub-chats at once, or to none of them.
final class FamilyDecisions {
  private FamilyDecisions() {}

  static Decision archive(ChatFacts facts) {
    if (facts.row().lifecycle().archived()) {
      return new Decision.Rejected(Refusal.Plain.ALREADY_ARCHIVED);
    }
    if (!facts.row().identity().isRoot()) {
      return new Decision.Rejected(Refusal.Plain.NOT_A_ROOT);
    }
    if (anyActive(facts)) {
      return new Decision.Rejected(Refusal.Plain.FAMILY_ACTIVE);
    }
    return mark(facts, true);
  }

  static Decision unarchive(ChatFacts facts) {
    if (!facts.row().lifecycle().archived()) {
      return new Decision.Rejected(Refusal.Plain.NOT_ARCHIVED);
    }
    if (!facts.row().identity().isRoot()) {
      return new Decision.Rejected(Refusal.Plain.NOT_A_ROOT);
    }
    return mark(facts, false);
  }

  static Decision delete(ChatFacts facts) {
    if (!facts.row().identity().isRoot()) {
      return new Decision.Rejected(Refusal.Plain.NOT_A_ROOT);
    }
    if (anyActive(facts)) {
      return new Decision.Rejected(Refusal.Plain.FAMILY_ACTIVE);
    }
    var children =
        facts.children().stream()
            .map(child -> new Draft(child, facts.now()).accepted().row())
            .toList();
    return new Draft(facts.row(), facts.now()).effect(new Effect.DeleteFamily(children)).accepted();
  }

  private static Decision mark(ChatFacts facts, boolean archived) {
    var draft = new Draft(facts.row(), facts.now()).archived(archived);
    facts.children().stream()
        .filter(child -> child.lifecycle().archived() != archived)
        .map(child -> new Draft(child, facts.now()).archived(archived).accepted().row())
        .forEach(child -> draft.effect(new Effect.WriteChild(child)));
    return draft.accepted();
  }

  private static boolean anyActive(ChatFacts facts) {
    return Stream.concat(Stream.of(facts.row()), facts.children().stream())
        .anyMatch(chat -> chat.status().isActive());
  }
}
