package io.coalestra.internal.flight;

import io.coalestra.tier.FillToken;
import io.coalestra.tier.TierKey;

/**
 * The right to fill a shared tier with what a flight brings: it has asked there first.
 *
 * @param key where
 * @param token what the tier answered
 */
public record FillRight(TierKey key, FillToken token) {
}
