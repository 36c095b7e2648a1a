/**
 * Rules that an application states: freshness, observation, authority, retry and
 * circuits.
 */
@NullMarked
package io.coalestra.policy;

import org.jspecify.annotations.NullMarked;
