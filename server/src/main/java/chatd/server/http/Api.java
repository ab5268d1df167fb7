package chatd.server.http;

import chatd.engine.chats.Chats;
import chatd.engine.chats.TitleQuestion;
import chatd.engine.chats.TurnWaiter;
import chatd.engine.models.ModelAdministration;
import chatd.engine.port.Accounts;
import chatd.engine.port.ChatLists;
import chatd.engine.port.ChatStore;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.Time;
import chatd.engine.port.TitleClaims;
import chatd.server.wire.ChatCodec;
import io.javalin.config.RoutesConfig;
import java.util.Set;

/// All routes of the interface.
public final class Api {
  private static final Set<String> FOR_ANYONE = Set.of("/api/v2/buildinfo", OpenApi.PATH);

  private final Ports ports;
  private final Engine engine;
  private final Streams streams;
  private final Readiness readiness;
  private final Deployment deployment;
  private final UserLimits limits;
  private final ReadMarks readMarks;

  /// What is stored and configured.
  public record Ports(
      ChatStore store,
      ChatLists lists,
      Accounts accounts,
      ReplicaDirectory replicas,
      ModelCatalog models,
      TitleClaims titles,
      Time time) {}

  /// What changes chats, waits for them to change, and changes what answers them.
  public record Engine(Chats chats, TurnWaiter waiter, ModelAdministration models) {}

  public Api(
      Ports ports,
      Engine engine,
      Streams streams,
      Readiness readiness,
      Deployment deployment,
      UserLimits.Bounds bounds) {
    this.ports = ports;
    this.engine = engine;
    this.streams = streams;
    this.readiness = readiness;
    this.deployment = deployment;
    this.limits = new UserLimits(bounds);
    this.readMarks = new ReadMarks(ports.lists());
  }

  /// Adds the routes, and what stands before them.
  public void addTo(RoutesConfig all) {
    var ownOrigin = new OwnOrigin(deployment.externalUrl());
    var sessions = new Sessions(ports.accounts(), ports.time());
    all.before("/api/*", new Authentication(sessions, ownOrigin, FOR_ANYONE));

    var routes = new UserRoutes(all, limits, ports.store());
    NotServedYet.addTo(routes); // First, for `{chat}` would match some of them.
    new ModelsApi(ports.models()).addTo(routes); // Likewise, and what follows.
    new ProvidersApi(engine.models()).addTo(routes);
    new ModelConfigsApi(engine.models()).addTo(routes);
    addChats(routes);
    addAccounts(routes, sessions);

    new HomePage(deployment).addTo(all);
    new HealthApi(readiness).addTo(all);
    new OpenApi().addTo(all);
    var around = new DeploymentApi(deployment, ports.replicas());
    around.addTo(all);
    around.addTo(routes);
  }

  /// Finishes what requests and streams have left to do. Called when none of them is open any more.
  public void close() {
    readMarks.close();
  }

  private void addAccounts(UserRoutes routes, Sessions sessions) {
    new UsersApi(ports.accounts(), deployment.organization()).addTo(routes);
    new TokensApi(ports.accounts(), sessions).addTo(routes);
    new OrganizationsApi(deployment).addTo(routes);
  }

  private void addChats(UserRoutes routes) {
    var store = ports.store();
    var lists = ports.lists();
    var models = ports.models();
    var commands = new UserCommands(engine.chats());
    var codec = new ChatCodec(deployment.organization());
    new WatchApi(streams, limits, readiness)
        .addTo(routes); // Before `{chat}`, which would match it.
    new ChatsApi(store, lists, commands, models, codec).addTo(routes);
    new DescriptionApi(commands).addTo(routes);
    new MessagesApi(store, lists, commands, models).addTo(routes);
    new QueueApi(commands).addTo(routes);
    new TurnApi(store, commands, engine.waiter(), codec).addTo(routes);
    new ToolResultsApi(commands).addTo(routes);
    new HistoryApi(lists, commands, codec).addTo(routes);
    var titling =
        new TitleApi.Titling(models, new TitleQuestion(models, ports.time()), ports.titles());
    new TitleApi(store, lists, commands, titling, codec).addTo(routes);
    new StreamApi(streams, readMarks, limits, readiness).addTo(routes);
  }
}
