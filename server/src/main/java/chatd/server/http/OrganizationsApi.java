package chatd.server.http;

import chatd.server.wire.AccountsCodec;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;

/// The one organization that everybody is in.
final class OrganizationsApi {
  private static final String NAME = "default";

  private final Deployment deployment;

  OrganizationsApi(Deployment deployment) {
    this.deployment = deployment;
  }

  void addTo(UserRoutes routes) {
    routes.add(HandlerType.GET, "/api/v2/organizations", (context, _) -> list(context));
    routes.add(
        HandlerType.GET, "/api/v2/organizations/{organization}", (context, _) -> read(context));
  }

  private void list(Context context) {
    var all = AccountsCodec.organizations(deployment.organization(), NAME, deployment.since());
    Answers.json(context, 200, all);
  }

  private void read(Context context) {
    var wanted = context.pathParam("organization");
    var id = deployment.organization();
    if (!wanted.equals(NAME) && !wanted.equalsIgnoreCase(id.toString())) {
      throw ApiError.NOT_FOUND.asException();
    }
    Answers.json(context, 200, AccountsCodec.organization(id, NAME, deployment.since()));
  }
}
