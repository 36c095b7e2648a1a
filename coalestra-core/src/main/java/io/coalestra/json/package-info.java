/**
 * What needs Jackson 3, and is there where the application has it: copies of beans, and
 * snapshots read back.
 */
@NullMarked
package io.coalestra.json;

import org.jspecify.annotations.NullMarked;
