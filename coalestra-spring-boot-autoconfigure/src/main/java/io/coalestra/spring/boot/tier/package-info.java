/**
 * What an application may say of the shared tier that is configured for it.
 */
@NullMarked
package io.coalestra.spring.boot.tier;

import org.jspecify.annotations.NullMarked;
