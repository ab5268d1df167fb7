package chatd;

import chatd.core.turn.RetryPolicy;
import chatd.engine.feed.FeedLimits;
import chatd.engine.watch.WatchLimits;
import chatd.engine.watch.Watches;
import chatd.engine.worker.WorkerLimits;
import chatd.server.config.ServeSettings;
import java.time.Duration;

/// The bounds of the loops: what the settings choose, and what is usual for the rest.
record ChosenLimits(ServeSettings settings) {

  FeedLimits feeds() {
    var usual = FeedLimits.DEFAULT;
    var times = usual.times();
    return new FeedLimits(
        new FeedLimits.Times(
            times.linger(),
            times.poll(),
            times.sessions(),
            keepalive(times.keepalive(), settings.limits().stall()),
            settings.limits().stall(),
            times.drain()),
        usual.budgets());
  }

  /// A client that may be silent only shortly is asked more often: it has two pings to answer.
  private static Duration keepalive(Duration usual, Duration stall) {
    var third = stall.dividedBy(3);
    return third.compareTo(usual) < 0 ? third : usual;
  }

  Watches.Limits watches() {
    return new Watches.Limits(feeds().times(), WatchLimits.DEFAULT);
  }

  WorkerLimits worker() {
    var usual = WorkerLimits.DEFAULT;
    var retries = RetryPolicy.DEFAULT;
    return new WorkerLimits(
        new WorkerLimits.Capacity(settings.limits().turns(), usual.capacity().subs()),
        new WorkerLimits.Steps(
            settings.models().steps(), usual.steps().liveTextBytes(), usual.steps().rowBytes()),
        new RetryPolicy(
            settings.models().attempts(),
            retries.silencesMax(),
            retries.first(),
            retries.longest(),
            retries.askedLongest()),
        new WorkerLimits.Patience(
            settings.models().silence(),
            settings.models().clientTools(),
            usual.patience().poll(),
            usual.patience().trouble()));
  }
}
