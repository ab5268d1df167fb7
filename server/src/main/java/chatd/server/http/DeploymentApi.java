package chatd.server.http;

import chatd.engine.port.ReplicaDirectory;
import chatd.server.wire.DeploymentCodec;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;

/// What stands around the chats: the caller, the replicas, the build.
final class DeploymentApi {
  private final Deployment deployment;
  private final ReplicaDirectory replicas;

  DeploymentApi(Deployment deployment, ReplicaDirectory replicas) {
    this.deployment = deployment;
    this.replicas = replicas;
  }

  void addTo(RoutesConfig routes) {
    routes.get("/api/v2/buildinfo", this::buildInfo);
  }

  void addTo(UserRoutes routes) {
    routes.add(HandlerType.GET, "/api/v2/users/me", this::me);
    routes.addForAdministrators(
        HandlerType.GET,
        "/api/v2/replicas",
        (context, _) -> Answers.json(context, 200, DeploymentCodec.replicas(replicas.list())));
  }

  private void buildInfo(Context context) {
    var configured = deployment.externalUrl();
    var url = configured == null ? requested(context) : configured.toString();
    Answers.json(
        context, 200, DeploymentCodec.buildInfo(deployment.version(), url, deployment.id()));
  }

  /// Where the client reached the server, which is all that is known about its address.
  private static String requested(Context context) {
    return context.scheme() + "://" + context.host();
  }

  private void me(Context context, Caller caller) {
    var user = caller.session().user();
    Answers.json(context, 200, DeploymentCodec.user(user, deployment.organization()));
  }
}
