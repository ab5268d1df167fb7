/// What a turn does next: ask the model, run tools, wait, finish or fail; when a failed attempt is
/// tried again; what the model is shown.
///
/// Entered by the worker's tasks and by the model port. Stays out: any provider's shape, waiting.
@NullMarked
package chatd.core.turn;

import org.jspecify.annotations.NullMarked;
