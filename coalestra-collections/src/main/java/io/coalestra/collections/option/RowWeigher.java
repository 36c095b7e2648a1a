package io.coalestra.collections.option;

import io.coalestra.collections.row.Row;

/**
 * Says what a row weighs in memory, by the measure of the application. Pure, quick, and
 * safe for concurrent use. An absence weighs one.
 */
@FunctionalInterface
public interface RowWeigher {

	/**
	 * Weighs a row.
	 * @param row the row
	 * @return its weight: zero or more
	 */
	int weigh(Row row);

}
