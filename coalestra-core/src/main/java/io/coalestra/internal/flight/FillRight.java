package io.coalestra.internal.flight;

import io.coalestra.tier.FillToken;
import io.coalestra.tier.TierKey;

/**
 * The right to fill a shared tier with what a flight brings: it has asked there first.
 *
 * @param key where
 * @param token what the tier answered
 * @param isCorrection whether the tier had something older than this node knows of, which
 * other nodes may have taken from there
 */
public record FillRight(TierKey key, FillToken token, boolean isCorrection) {
}
