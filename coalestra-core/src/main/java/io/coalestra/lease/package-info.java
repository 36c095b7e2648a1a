/**
 * Leases and the replay guard: what must not be done twice, over all nodes that share a
 * tier. Unlike everything else on a tier they fail closed.
 */
@NullMarked
package io.coalestra.lease;

import org.jspecify.annotations.NullMarked;
