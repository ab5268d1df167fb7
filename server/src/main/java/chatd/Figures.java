package chatd;

import chatd.engine.feed.FeedLimits;
import chatd.engine.feed.Feeds;
import chatd.engine.parts.PartLogs;
import chatd.engine.watch.Watches;
import chatd.engine.worker.Membership;
import chatd.server.metrics.Meters;

/// Says what there is to be read of a replica, each figure by its name.
record Figures(Meters meters) {

  void ofDatabase(Storage storage) {
    var database = storage.database();
    var counts = database.counts();
    meters.count(
        "database.statements",
        "Statements, without the beginning and the end of transactions",
        counts.statements()::sum);
    meters.count(
        "database.transactions",
        "Transactions of several statements that were committed",
        counts.transactions()::sum);
    meters.count("database.faults", "Statements and connections that failed", counts.faults()::sum);
    meters.gauge(
        "database.connections.used", "Pooled connections at work", database::connectionsInUse);
    meters.gauge(
        "database.connections.limit", "Pooled connections at most", database::connectionsMax);
    meters.gauge(
        "database.connections.awaited",
        "Threads that wait for a pooled connection",
        database::waitingForConnection);
    var hints = storage.pubsub().counts();
    meters.count("hints.sent", "Hints that the database took", hints.sent()::sum);
    meters.count("hints.received", "Hints that came from others", hints.received()::sum);
    meters.count("hints.lost", "Hints that the database did not take", hints.lost()::sum);
    meters.count(
        "listener.sessions",
        "Sessions that listened for hints, one after the other",
        hints.sessions()::sum);
    meters.gauge(
        "listener.up",
        "1 while hints of others are heard",
        () -> storage.pubsub().isListening() ? 1 : 0);
  }

  void ofParts(PartLogs logs, Neighbours neighbours) {
    meters.count("parts", "Parts that were numbered here", logs::numbered);
    meters.budget("part_logs", logs::bytes, logs::bytesMax);
    meters.gauge("links.served", "Links on which other replicas listen here", neighbours::served);
  }

  void ofFeeds(Feeds feeds, FeedLimits.Budgets budgets) {
    meters.gauge("viewers", "Streams of chats that are open", feeds::viewers);
    meters.gauge("feeds", "Chats that have viewers here, or had a moment ago", feeds::feeds);
    meters.budget("mirrors", feeds::mirrorBytes, budgets::mirrors);
    meters.budget("rows", feeds::retainedBytes, budgets::rows);
    meters.budget("pages", feeds::pageBytes, budgets::pages);
  }

  void ofWatches(Watches watches) {
    meters.gauge("watchers", "Open sockets that tell of all chats of a user", watches::watchers);
    meters.gauge("watchers.users", "Users whom they tell of them", watches::users);
    meters.gauge(
        "watch.held.back.seconds",
        "For how long a transaction of the database has held looks for missed changes back",
        () -> watches.heldBack().toSeconds());
  }

  void ofTurns(Membership membership, long limit) {
    meters.gauge("turns.running", "Turns that run here", membership::runningTurns);
    meters.gauge("turns.limit", "Turns of root chats that may run here", () -> limit);
  }
}
