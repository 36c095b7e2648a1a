package io.coalestra.samples.collections;

import io.coalestra.collections.access.RowCollection;
import io.coalestra.spring.boot.collections.RowRepository;

/**
 * The products. Its bean is found and made by the library.
 */
@RowRepository
public interface Products extends RowCollection<String, Product> {

	/**
	 * Takes products out of the stock. Orders of one product queue within a node, and are
	 * tried again where another node was faster: nothing is sold twice.
	 * @param sku which product
	 * @param count how many
	 * @return the product as it is stored now
	 */
	default Product order(String sku, int count) {
		return update(sku, (product) -> product.less(count)).value();
	}

}
