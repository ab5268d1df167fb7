/// The connections on which viewers are served: WebSocket messages and server-sent events, written
/// without a thread per viewer.
///
/// Entered by `Main`, which gives the two ways of opening to the routes, and by the engine through
/// [chatd.engine.port.Carrier]. Stays out: JSON, chats, users, and every decision about what a
/// viewer is sent.
@NullMarked
package chatd.server.stream;

import org.jspecify.annotations.NullMarked;
