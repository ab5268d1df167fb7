/// The world as tests need it: implementations of the ports with behaviour, in memory.
@NullMarked
package chatd.engine.fake;

import org.jspecify.annotations.NullMarked;
