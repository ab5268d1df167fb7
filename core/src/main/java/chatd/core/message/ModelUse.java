package chatd.core.message;

import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What one model request took. `usage` null: the provider did not say. `costMicros`, in millionths
/// of a US dollar, null: nobody knows what it cost.
public record ModelUse(
    @Nullable UUID modelConfigId, @Nullable Usage usage, @Nullable BigDecimal costMicros) {

  /// A request that was broken off, so that the provider did not say what it took.
  public static ModelUse unknown(@Nullable UUID modelConfigId) {
    return new ModelUse(modelConfigId, null, null);
  }
}
