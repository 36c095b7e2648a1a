/**
 * The store on PostgreSQL, by JDBC: parameterised statements over quoted, checked names,
 * on connections that a transaction or a request may be bound to; and notices between
 * nodes by {@code LISTEN} and {@code NOTIFY}.
 */
@NullMarked
package io.coalestra.collections.jdbc;

import org.jspecify.annotations.NullMarked;
