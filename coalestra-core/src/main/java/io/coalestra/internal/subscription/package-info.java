/**
 * Subscriptions: what a change of a key concerns, and the deliveries to those who
 * subscribed.
 */
@NullMarked
package io.coalestra.internal.subscription;

import org.jspecify.annotations.NullMarked;
