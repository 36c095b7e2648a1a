package io.coalestra.samples.collections;

import java.math.BigDecimal;

import io.coalestra.collections.mapping.KeyColumn;
import io.coalestra.collections.mapping.VersionColumn;

/**
 * What the shop sells: a row of the table {@code product}.
 *
 * @param sku which one
 * @param name what it is called
 * @param price what one costs
 * @param stock how many there are
 * @param version moved by each write
 */
public record Product(@KeyColumn String sku, String name, BigDecimal price, int stock, @VersionColumn long version) {

	Product less(int count) {
		if (count > this.stock) {
			throw new SoldOutException(this.name + ": " + this.stock + " left");
		}
		return new Product(this.sku, this.name, this.price, this.stock - count, this.version);
	}

}
