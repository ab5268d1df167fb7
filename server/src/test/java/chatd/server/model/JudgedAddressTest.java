package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.turn.ModelFault;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Requests to providers whose address came over the interface, with name servers that lie.
class JudgedAddressTest {
  private static final String NAME = "models.example.org";

  private final FakeProvider provider = FakeProvider.start();
  private final URI named =
      URI.create("http://" + NAME + ":" + provider.baseUrl().getPort() + "/v1?version=a%2Fb");
  private final Queue<InetAddress> answers = new ArrayDeque<>();

  @AfterEach
  void close() {
    provider.close();
  }

  private OpenAiClient client(AddressRules rules, AddressRules.Resolver resolver) {
    return new OpenAiClient(
        new OpenAiEndpoint(named, new ApiKey("sk-1")),
        new Destination.Judged(NAME, rules, resolver, TestCertificate::context),
        new ManualTime());
  }

  private ModelFault fault(AddressRules rules, AddressRules.Resolver resolver)
      throws InterruptedException {
    try (var client = client(rules, resolver)) {
      return Answering.start(client.call(Asked.user("Hi"))).fault();
    }
  }

  private InetAddress[] next(String host) {
    assertThat(host).isEqualTo(NAME);
    return new InetAddress[] {answers.remove()};
  }

  @Test
  void request_goesToTheAddress_andNamesTheHost() throws Exception {
    answers.add(InetAddress.ofLiteral("127.0.0.1"));
    try (var client = client(new AddressRules(true), this::next)) {
      assertThat(Answering.start(client.call(Asked.user("Hi"))).completion()).isNotNull();
    }
    var request = provider.awaitRequest();
    assertThat(request.header("host")).isEqualTo(named.getRawAuthority());
    assertThat(request.header("authorization")).isEqualTo("Bearer sk-1");
    assertThat(request.requestLine()).isEqualTo("POST /v1/chat/completions?version=a%2Fb HTTP/1.1");
  }

  @Test
  void name_thatLeadsIntoThePrivateNetwork_isAskedNothing() throws Exception {
    for (var address : List.of("127.0.0.1", "::1", "10.0.0.1", "::ffff:127.0.0.1")) {
      answers.add(InetAddress.ofLiteral(address));
      var fault = fault(new AddressRules(false), this::next);
      assertThat(fault.kind()).isEqualTo(ModelFault.Kind.UNREACHABLE);
      assertThat(fault.error().kind()).isEqualTo(ChatError.Kind.CONFIG);
      assertThat(fault.error().retryable()).isFalse();
    }
    assertThat(provider.requests()).isEmpty();
  }

  @Test
  void name_isJudgedForEachRequest() throws Exception {
    answers.add(InetAddress.ofLiteral("127.0.0.1"));
    answers.add(InetAddress.ofLiteral("169.254.169.254"));
    try (var client = client(new AddressRules(true), this::next)) {
      Answering.start(client.call(Asked.user("Hi"))).completion();
      assertThat(Answering.start(client.call(Asked.user("Hi"))).fault().error().kind())
          .isEqualTo(ChatError.Kind.CONFIG);
    }
    assertThat(provider.requests()).hasSize(1);
  }

  @Test
  void name_thatNobodyKnows_mayBeKnownLater() throws Exception {
    var fault =
        fault(
            new AddressRules(false),
            host -> {
              throw new UnknownHostException(host);
            });
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.UNREACHABLE);
    assertThat(fault.error().retryable()).isTrue();
  }

  @Test
  void cancel_whileTheNameServerIsSilent_endsAtOnce() throws Exception {
    var asked = new CountDownLatch(1);
    try (var client =
        client(
            new AddressRules(true),
            _ -> {
              asked.countDown();
              LockSupport.park();
              throw new UnknownHostException();
            })) {
      var answering = Answering.start(client.call(Asked.user("Hi")));
      asked.await();
      answering.cancel();
      assertThat(answering.fault().kind()).isEqualTo(ModelFault.Kind.CANCELLED);
    }
  }

  @Test
  void certificate_isThatOfTheName() throws Exception {
    try (var server = TestCertificate.serve("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(overTls(server, NAME).kind()).isEqualTo(ChatError.Kind.AUTH);
      // At the same address, where a session could be gone on with.
      assertThat(overTls(server, "other.example.org").kind()).isEqualTo(ChatError.Kind.CONFIG);
      assertThat(overTls(server, NAME).kind()).isEqualTo(ChatError.Kind.AUTH);
    }
  }

  private static ChatError overTls(ServerSocket server, String name) throws InterruptedException {
    var url = URI.create("https://" + name + ":" + server.getLocalPort() + "/v1");
    var destination =
        new Destination.Judged(
            name,
            new AddressRules(true),
            _ -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")},
            TestCertificate::context);
    try (var client =
        new OpenAiClient(
            new OpenAiEndpoint(url, new ApiKey("sk-1")), destination, new ManualTime())) {
      return Answering.start(client.call(Asked.user("Hi"))).fault().error();
    }
  }

  @Test
  void redirect_isNotFollowed() throws Exception {
    var elsewhere = FakeProvider.start();
    try (elsewhere;
        var client =
            client(
                new AddressRules(true),
                _ -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")})) {
      for (var status : new int[] {301, 302, 307, 308}) {
        provider.next(
            Script.status(status, "{}", "Location", elsewhere.baseUrl() + "/chat/completions"));
        var fault = Answering.start(client.call(Asked.user("Hi"))).fault();
        assertThat(fault.error().kind()).isEqualTo(ChatError.Kind.CONFIG);
        assertThat(fault.error().statusCode()).isEqualTo(status);
      }
      assertThat(elsewhere.requests()).isEmpty();
    }
  }
}
