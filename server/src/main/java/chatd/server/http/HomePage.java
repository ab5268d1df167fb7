package chatd.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/// What people see who open the server's address in a browser: that they are right here, and where
/// to go on.
record HomePage(Deployment deployment) {

  void addTo(RoutesConfig routes) {
    routes.get("/", this::show);
  }

  private void show(Context context) {
    context
        .contentType("text/plain; charset=utf-8")
        .result(
            """
            chatd %s

            This server keeps AI chats and streams their answers. Programs talk to it; there is no
            page to chat on here yet.

              /api/v2/chats      the chats; needs a token, which "./chatd token" prints where it runs
              /api/v2/buildinfo  what runs here
              /readyz            whether it is ready

            A first conversation is in README.md, and the whole interface in docs/api.md, both in
            chatd's own folder.
            """
                .formatted(deployment.version()));
  }
}
