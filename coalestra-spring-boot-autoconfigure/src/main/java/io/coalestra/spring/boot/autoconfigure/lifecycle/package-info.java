/**
 * The end of what has to be closed, in its order to the web server and the data source.
 */
@NullMarked
package io.coalestra.spring.boot.autoconfigure.lifecycle;

import org.jspecify.annotations.NullMarked;
