/**
 * What a web application answers where a snapshot cannot be made.
 */
@NullMarked
package io.coalestra.spring.boot.web;

import org.jspecify.annotations.NullMarked;
