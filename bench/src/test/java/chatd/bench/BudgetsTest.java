package chatd.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BudgetsTest {
  private static final String FIGURES =
      """
      # TYPE chatd_budget_limit_bytes gauge
      chatd_budget_limit_bytes{budget="pages"} 6.7108864E7
      chatd_budget_limit_bytes{budget="rows"} 1000.0
      chatd_budget_used_bytes{budget="pages"} 882.0
      chatd_budget_used_bytes{budget="rows"} 1500.0
      chatd_feeds 13.0
      """;

  @Test
  void whatIsHeld_countsUpToItsLimit() {
    assertThat(Budgets.heldBytes(FIGURES)).isEqualTo(882 + 1000);
  }

  @Test
  void otherFigures_areAFailure() {
    assertThatThrownBy(() -> Budgets.heldBytes("chatd_feeds 13.0\n"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Budgets.heldBytes(FIGURES.replace("limit_bytes{budget=\"rows\"", "")))
        .isInstanceOf(IllegalStateException.class);
  }
}
