/**
 * The core beside its peers: each workload is a class, each side a method of it.
 */
@NullMarked
package io.coalestra.benchmarks;

import org.jspecify.annotations.NullMarked;
