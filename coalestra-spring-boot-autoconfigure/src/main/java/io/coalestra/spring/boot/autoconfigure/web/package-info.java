/**
 * Auto-configuration for web applications.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
