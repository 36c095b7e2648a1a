package io.coalestra.samples.collections;

import java.util.List;
import java.util.Map;

import io.coalestra.collections.access.CollectionStatistics;
import io.coalestra.collections.access.RowMissingException;
import io.coalestra.collections.flush.BufferedWriteBehind;

import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a browser, or {@code curl}, can ask the shop.
 */
@RestController
class ShopController {

	private final Products products;

	private final PageViews views;

	private final BufferedWriteBehind pending;

	private final JdbcClient jdbc;

	ShopController(Products products, PageViews views, BufferedWriteBehind pending, JdbcClient jdbc) {
		this.products = products;
		this.views = views;
		this.pending = pending;
		this.jdbc = jdbc;
	}

	/**
	 * A query finds which, as ever; what they are comes from memory.
	 */
	@GetMapping("/products")
	List<Product> products() {
		List<String> skus = this.jdbc.sql("SELECT sku FROM product ORDER BY sku")
			.query((row, number) -> row.getString("sku"))
			.list();
		return List.copyOf(this.products.findAll(skus).values());
	}

	@GetMapping("/products/{sku}")
	Product product(@PathVariable String sku) {
		this.views.count("/products/" + this.products.require(sku).sku());
		return this.products.require(sku);
	}

	@PostMapping("/products/{sku}/orders")
	Product order(@PathVariable String sku, @RequestParam(defaultValue = "1") int count) {
		return this.products.order(sku, count);
	}

	/**
	 * Where reads were answered, and what waits to be written.
	 */
	@GetMapping("/tiers")
	Map<String, Object> tiers() {
		CollectionStatistics reads = this.products.statistics();
		return Map.of("productsFromMemory", reads.localHits(), "productsFromDatabase", reads.storeHits(), "queries",
				reads.storeCalls(), "pendingPageViews", this.pending.statistics().pending(), "storedPageViews",
				this.jdbc.sql("SELECT coalesce(sum(views), 0) FROM page_view").query(Long.class).single());
	}

	@ExceptionHandler
	@ResponseStatus(HttpStatus.NOT_FOUND)
	Map<String, String> missing(RowMissingException ex) {
		return Map.of("error", String.valueOf(ex.getMessage()));
	}

	@ExceptionHandler
	@ResponseStatus(HttpStatus.CONFLICT)
	Map<String, String> soldOut(SoldOutException ex) {
		return Map.of("error", String.valueOf(ex.getMessage()));
	}

}
