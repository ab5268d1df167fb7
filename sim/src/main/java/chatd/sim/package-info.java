/// Whole deployments in one thread: replicas made of the real machines and loops, over a database,
/// hints and links in memory, with people and viewers, under faults that a seed draws. After every
/// event it is checked what chatd promises.
///
/// What is simulated is the world around the loops, never the loops. Nothing here waits or asks a
/// clock; time is what [chatd.sim.Clock] says.
@NullMarked
package chatd.sim;

import org.jspecify.annotations.NullMarked;
