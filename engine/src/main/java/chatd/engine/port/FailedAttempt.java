package chatd.engine.port;

import chatd.core.turn.ModelFault;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A model request that went wrong.
///
/// @param number of this attempt at the step, from 1
/// @param numberMax how many there may be
/// @param nextTry how long until the next one; null: there is none, and the turn fails
public record FailedAttempt(
    ModelFault fault, int number, int numberMax, @Nullable Duration nextTry) {}
