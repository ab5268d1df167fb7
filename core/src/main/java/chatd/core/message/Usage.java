package chatd.core.message;

import org.jspecify.annotations.Nullable;

/// Tokens of one model request as the provider counted them; what it did not say is null. Those
/// read from and written into a cache are among the input.
public record Usage(
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable Long totalTokens,
    @Nullable Long reasoningTokens,
    @Nullable Long cacheCreationTokens,
    @Nullable Long cacheReadTokens,
    @Nullable Long contextLimit) {}
