package chatd.server.model;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// Where the requests of one client go, and how it is found.
sealed interface Destination {

  /// Prepares a client that speaks to nobody else.
  HttpClient.Builder prepare(HttpClient.Builder client);

  /// A request for this address, once it is known where that is. A failure is an `IOException`.
  CompletableFuture<HttpRequest.Builder> request(URI address);

  /// An address of the server's own settings: whoever makes these may reach what the server
  /// reaches.
  record Trusted() implements Destination {
    @Override
    public HttpClient.Builder prepare(HttpClient.Builder client) {
      return client;
    }

    @Override
    public CompletableFuture<HttpRequest.Builder> request(URI address) {
      return CompletableFuture.completedFuture(HttpRequest.newBuilder(address));
    }
  }

  /// An address that came over the interface. The name is resolved here, for each request, and the
  /// request goes to the very address that was judged: a name that leads elsewhere a moment later
  /// changes nothing. Certificates are still those of the name.
  ///
  /// @param tls a new context; sessions are kept by address, so two names must not share one: the
  ///   certificate was checked for one of them only
  record Judged(
      String host, AddressRules rules, AddressRules.Resolver resolver, Supplier<SSLContext> tls)
      implements Destination {

    /// With what the JDK trusts and its name servers know.
    static Judged of(String host, AddressRules rules) {
      return new Judged(host, rules, InetAddress::getAllByName, Judged::usualContext);
    }

    @Override
    public HttpClient.Builder prepare(HttpClient.Builder client) {
      var parameters = new SSLParameters();
      if (!isLiteral()) {
        parameters.setServerNames(List.of(new SNIHostName(host)));
      }
      return client.sslContext(tls.get()).sslParameters(parameters);
    }

    private static SSLContext usualContext() {
      try {
        var context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this JDK has no TLS", e);
      }
    }

    @Override
    public CompletableFuture<HttpRequest.Builder> request(URI address) {
      // On a thread of its own: nothing ends a question to a name server that is silent.
      var request = new CompletableFuture<HttpRequest.Builder>();
      Thread.ofVirtual()
          .name("model-address")
          .start(() -> {
            try {
              var judged = at(address, rules.choose(host, resolver));
              request.complete(
                  HttpRequest.newBuilder(judged).header("Host", address.getRawAuthority()));
            } catch (UnknownHostException | RuntimeException e) {
              request.completeExceptionally(e);
            }
          });
      return request;
    }

    private boolean isLiteral() {
      return host.startsWith("[") || host.matches("[0-9.]+");
    }

    private static URI at(URI address, InetAddress chosen) {
      var literal = chosen.getHostAddress().replaceFirst("%.*", "");
      var host = chosen instanceof Inet6Address ? "[" + literal + "]" : literal;
      var port = address.getPort() < 0 ? "" : ":" + address.getPort();
      var query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
      return URI.create(address.getScheme() + "://" + host + port + address.getRawPath() + query);
    }
  }
}
