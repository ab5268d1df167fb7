/// The providers and models of a deployment: changed by administrators, known on every replica.
///
/// Entered by routes, which change them, and by `Main`. Stays out: how a provider is spoken to, and
/// who asks a model.
@NullMarked
package chatd.engine.models;

import org.jspecify.annotations.NullMarked;
