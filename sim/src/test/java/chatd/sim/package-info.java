/// The simulator itself under test: the same seed is the same run, and what it finds it can show.
@NullMarked
package chatd.sim;

import org.jspecify.annotations.NullMarked;
