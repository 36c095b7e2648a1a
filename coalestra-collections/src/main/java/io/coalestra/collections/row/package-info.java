/**
 * Rows as data: tables and their columns, typed values, versions, and keys with one text
 * form.
 */
@NullMarked
package io.coalestra.collections.row;

import org.jspecify.annotations.NullMarked;
