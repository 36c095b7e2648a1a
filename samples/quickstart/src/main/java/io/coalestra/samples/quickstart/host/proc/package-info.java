/**
 * The first source of host figures: the files of {@code /proc}.
 */
@NullMarked
package io.coalestra.samples.quickstart.host.proc;

import org.jspecify.annotations.NullMarked;
