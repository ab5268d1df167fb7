/// The chaos run: many chats, users and viewers on replicas to which everything happens at random,
/// and whether what everybody saw fits together.
///
/// [chatd.bench.chaos.Weather] does harm, [chatd.bench.chaos.Author] and [chatd.bench.chaos.Viewer]
/// live through it, [chatd.bench.chaos.Chronicle] holds what all of them saw against each other.
/// Entered by the benchmark of this name. Stays out: how a replica is started, and tables of
/// figures.
@NullMarked
package chatd.bench.chaos;

import org.jspecify.annotations.NullMarked;
