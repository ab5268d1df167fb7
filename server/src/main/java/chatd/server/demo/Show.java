package chatd.server.demo;

import chatd.engine.port.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The demo: hears what happens, does what the scene wants, and shows how it stands.
public final class Show {
  private static final int REPLICAS = 3;
  private static final Duration FRAME = Duration.ofMillis(100);

  private final Time time;
  private final PrintWriter out;
  private final Display display;
  private final long begun;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /// Every process that was started, also those that have ended.
  private final Queue<ReplicaRun> started = new ConcurrentLinkedQueue<>();

  /// @param footer lines below the picture
  public Show(Time time, PrintWriter out, List<String> footer) {
    this.time = time;
    this.out = out;
    display = Display.choose(out, new Picture(footer));
    begun = time.nanos();
  }

  /// Plays until somebody ends it; every replica has ended then. Replicas live no longer than the
  /// thread that calls this.
  ///
  /// @param token for the requests to the replicas
  /// @param keys what a person presses
  public void play(ReplicaCommand command, String token, InputStream keys)
      throws InterruptedException {
    try (var client = new ReplicaClient(token);
        var requests = new Requests(client, events::add);
        var keyboard = Keyboard.open(keys)) {
      keyboard.listen(key -> events.add(new Event.Pressed(key)), this::end);
      display.begin();
      events.add(new Event.Begun());
      new Loop(command, requests).run();
    } finally {
      display.end();
      out.println("Stopping.");
      stopAll();
    }
  }

  /// Ends the demo in order. May be called at any time by any thread.
  public void end() {
    events.add(new Event.Ended());
  }

  /// Gives replicas that are asked to end no more time for it.
  public void hurry() {
    started.forEach(ReplicaRun::kill);
  }

  private void stopAll() throws InterruptedException {
    started.forEach(ReplicaRun::terminate);
    for (var run : started) {
      run.awaitEnd();
    }
  }

  private Duration now() {
    return Duration.ofNanos(time.nanos() - begun);
  }

  /// One thread that owns the scene.
  private final class Loop {
    private final ReplicaCommand command;
    private final Requests requests;
    private final ReplicaRun[] runs = new ReplicaRun[REPLICAS];
    private Scene scene = Scene.empty(REPLICAS);
    private Duration shown = Duration.ZERO;
    private boolean over;

    Loop(ReplicaCommand command, Requests requests) {
      this.command = command;
      this.requests = requests;
    }

    void run() throws InterruptedException {
      while (!over) {
        var event = events.poll(FRAME.toMillis(), TimeUnit.MILLISECONDS);
        if (event != null) {
          on(event);
        }
        var now = now();
        if (over || now.minus(shown).compareTo(FRAME) >= 0) {
          shown = now;
          requests.look(scene, now);
          display.show(scene, now);
        }
      }
    }

    private void on(Event event) {
      var step = scene.on(now(), event);
      scene = step.next();
      step.actions().forEach(this::perform);
    }

    private void perform(Action action) {
      switch (action) {
        case Action.Start(var i) -> start(i);
        case Action.Kill(var i) -> runs[i].kill();
        case Action.Freeze(var i) -> runs[i].freeze();
        case Action.Thaw(var i) -> runs[i].thaw();
        case Action.Open open -> requests.open(open);
        case Action.Watch watch -> requests.watch(watch);
        case Action.Send send -> requests.send(send);
        case Action.Quit _ -> over = true;
      }
    }

    private void start(int i) {
      try {
        var run = ReplicaRun.start(command, i + 1, scene.actors().get(i).address());
        runs[i] = run;
        started.add(run);
        on(new Event.Started(i, run.pid())); // Before any key that is waiting.
        run.follow(
            address -> events.add(new Event.Ready(i, run.pid(), address)),
            () -> events.add(new Event.Gone(i, run.pid())));
      } catch (IOException e) {
        on(new Event.Failed(Scene.name(i) + " cannot be started: " + e.getMessage()));
      }
    }
  }
}
