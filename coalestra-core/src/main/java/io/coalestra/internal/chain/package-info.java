/**
 * Sends reads to sources in their order: permit, circuit, call, retry, settlement.
 */
@NullMarked
package io.coalestra.internal.chain;

import org.jspecify.annotations.NullMarked;
