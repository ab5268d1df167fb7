package chatd.server.model;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for `models.example.org` that signs itself.
final class TestCertificate {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String ALIAS = "provider";

  private TestCertificate() {}

  /// A new context that has this certificate and trusts no other.
  static SSLContext context() {
    try (var file =
        requireNonNull(TestCertificate.class.getResourceAsStream("/tls/models.example.org.p12"))) {
      var own = KeyStore.getInstance("PKCS12");
      own.load(file, PASSWORD);
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, PASSWORD);
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(ALIAS, own.getCertificate(ALIAS));
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A server with this certificate that answers every request so, on a loopback port.
  static ServerSocket serve(String answer) throws IOException {
    var server =
        context()
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(server, answer));
    return server;
  }

  private static void accept(ServerSocket server, String answer) {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        Thread.ofVirtual().start(() -> answer(socket, answer));
      } catch (IOException _) {
        return; // Closed.
      }
    }
  }

  private static void answer(Socket socket, String answer) {
    try (socket) {
      if (socket.getInputStream().read() >= 0) { // Which shakes hands first.
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        socket.getInputStream().skipNBytes(1 << 20);
      }
    } catch (IOException _) {
      // The client is gone, or did not like the certificate.
    }
  }
}
