/// Holds what the server says against the document that describes its interface.
///
/// Entered by every test client that makes requests: an answer or an event that is not as the
/// document says fails the test that asked for it. Stays out: what a single test is about.
@NullMarked
package chatd.contract;

import org.jspecify.annotations.NullMarked;
