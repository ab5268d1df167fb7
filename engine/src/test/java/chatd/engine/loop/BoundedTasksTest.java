package chatd.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedTasksTest {
  /// Threads that the test lets run one by one.
  private final List<Runnable> started = new ArrayList<>();

  private final BoundedTasks tasks = new BoundedTasks(this::thread, 2);

  private final List<String> ran = new ArrayList<>();

  @Test
  void soManyAtOnce_theOthersInOrder() {
    for (var name : List.of("a", "b", "c", "d")) {
      tasks.start(() -> ran.add(name));
    }
    assertThat(started).hasSize(2);
    runFirst();
    assertThat(started).hasSize(2);
    while (!started.isEmpty()) {
      runFirst();
    }
    assertThat(ran).containsExactly("a", "b", "c", "d");
  }

  @Test
  void taskThatFails_leavesItsPlaceToTheNext() {
    tasks.start(() -> {
      throw new IllegalStateException("a bug");
    });
    tasks.start(() -> ran.add("b"));
    tasks.start(() -> ran.add("c"));
    try {
      runFirst();
    } catch (IllegalStateException _) {
      ran.add("bug");
    }
    while (!started.isEmpty()) {
      runFirst();
    }
    assertThat(ran).containsExactly("bug", "b", "c");
  }

  private Thread thread(Runnable task) {
    return new Thread(task) {
      @Override
      public void start() {
        started.add(task);
      }
    };
  }

  private void runFirst() {
    started.removeFirst().run();
  }
}
