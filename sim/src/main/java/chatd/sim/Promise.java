package chatd.sim;

/// What is checked, by the promise that it guards.
enum Promise {
  P1("every committed message reaches every viewer once, in order"),
  P1_IN_TIME("what is committed is seen within five seconds, whatever was lost on the way"),
  P2("parts are numbered once, and seen without gap or repeat"),
  P3("what is committed is what was numbered"),
  P4("parts are seen between their running and their end only"),
  P5("who resumes gets what is missing, and a reset only if something was deleted"),
  P6("only the owner's writes count"),
  P7("a chat that should run has an owner within lease and poll"),
  P8("a replica that leaves hands over, and tells its viewers"),
  P9("no message of a person is lost or comes twice, and the queue is the order"),
  P10("a stop reaches the worker, keeps the answer so far, and the order"),
  P11("every tool call has one result before the next request"),
  P12("a viewer that takes nothing costs the others nothing"),
  P13("one stream of parts for all viewers of a chat on a replica"),
  P14("any text survives"),
  P15("who may see no more sees no more"),
  STATE("what a viewer is told of a chat is how it was"),
  RETRY("another try comes when it was announced, not before"),
  QUIET("after quiet everybody sees what is stored"),
  WATCH("after quiet everybody who watches knows every chat as it is"),
  LEFTOVERS("no loop, timer, link, stream or log outlives its use"),
  SOUND("no loop meets what cannot be");

  private final String words;

  Promise(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
