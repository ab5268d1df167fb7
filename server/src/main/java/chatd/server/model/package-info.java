/// Model providers: each client speaks one provider's protocol behind the port `ModelClient`.
///
/// Entered by `Main` alone, through the ports. Stays out: retries and time limits on an answer,
/// which are the worker's, and anything that knows a chat.
@NullMarked
package chatd.server.model;

import org.jspecify.annotations.NullMarked;
