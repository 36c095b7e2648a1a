package io.coalestra.spring.boot.autoconfigure.collections.shop;

import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.mapping.KeyColumn;
import io.coalestra.spring.boot.collections.RowRepository;

/**
 * With a key of two columns, and a name of its own.
 */
@RowRepository("reserved")
public interface Seats extends RowCollection<Seats.Key, Seats.Seat> {

	/**
	 * Which seat.
	 */
	record Key(long event, String place) {
	}

	/**
	 * Who has it.
	 */
	record Seat(@KeyColumn Key key, String holder) {
	}

}
