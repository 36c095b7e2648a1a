package io.coalestra.internal.tier;

import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierCodec;

/**
 * The shared tier that a builder was configured with.
 *
 * @param tier the tier
 * @param options how it is used
 * @param codec turns payloads into bytes
 */
public record TierSettings(SharedTier tier, SharedTierOptions options, TierCodec codec) {
}
