package io.coalestra.spring.boot.examples;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.BatcherBuilder;
import io.coalestra.batch.BulkAround;
import io.coalestra.batch.BulkCall;
import io.coalestra.batch.Outcome;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.batch.Batched;
import io.coalestra.spring.boot.batch.BatcherConfigurer;
import io.coalestra.spring.boot.batch.BulkMethod;
import io.coalestra.spring.boot.batch.CallerContext;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * The code of the page on batching, as it stands there.
 */
class BatchingExamples {

	static final ResourceType<Price> PRICE = ResourceType.of("market", "price", Price.class);

	private final PriceClient client;

	private final UserRepository repository;

	BatchingExamples(PriceClient client, UserRepository repository) {
		this.client = client;
		this.repository = repository;
	}

	// What is read is there to be seen.
	@SuppressWarnings("unused")
	void use(PriceClient client) {
		Batcher<String, Price> prices = Batcher.<String, Price>keyed("prices", (ids) -> client.prices(ids))
			.maxBatchSize(100)
			.callTimeout(Duration.ofSeconds(2))
			.build();

		// blocks; cheap on a virtual thread
		Price price = prices.get("BTC");
		// empty: there is no such item
		Optional<Price> maybe = prices.find("XYZ");
		// success, absent or failed, as data
		Outcome<Price> outcome = prices.outcome("BTC");
		// your own future: cancelling it withdraws this item alone
		CompletableFuture<Price> later = prices.submit("ETH");
		// side by side, in one batch
		Map<String, Price> some = prices.getAll(List.of("BTC", "ETH"));
		Map<String, CompletableFuture<Price>> soon = prices.submitAll(List.of("BTC", "ETH"));
		// dispatches what gathers, without its window
		prices.flush();
		// dispatches what gathers, waits for what runs
		prices.close();
	}

	void group(BatcherBuilder<String, Price> builder) {
		builder.groupingByCaller(Tenant::current).around(new BulkAround() {

			@Override
			public <R> R around(BulkCall call, Callable<R> body) throws Exception {
				return Tenant.callAs((Tenant) call.group(), body);
			}

		});
	}

	private final Batcher<String, Price> inline = Batcher.<String, Price>inline("prices").maxBatchSize(100).build();

	Price price(String id) {
		// for each caller
		validate(id);
		return this.inline.inline(id, (scope) -> {
			// returns to the leader alone, with all items
			List<String> ids = scope.collect();
			// once for the batch; a Map, a List, or scatterOutcomes
			return scope.scatter(this.client.prices(ids));
		});
	}

	private static void validate(String id) {
		if (id.isBlank()) {
			throw new IllegalArgumentException("id: blank (expected: a symbol)");
		}
	}

	@Batched(name = "users", bulk = "findAll")
	public Optional<User> find(Long id) {
		throw new IllegalStateException("batched"); // never runs
	}

	public Map<Long, User> findAll(Collection<Long> ids) {
		return this.repository.byId(ids);
	}

	@BulkMethod("names")
	public Map<Long, String> names(Collection<Long> ids) {
		return this.repository.names(ids);
	}

	String greet(Batcher<Long, String> namesBatcher, Long id) {
		return "Hello " + namesBatcher.get(id);
	}

	@Bean
	Batcher<String, Price> quotes(BatcherConfigurer configurer, PriceClient client) {
		BatcherBuilder<String, Price> builder = Batcher.keyed("quotes", (ids) -> client.quotes(ids));
		return configurer.configure("quotes", builder).build();
	}

	@Component("tenant")
	class TenantContext implements CallerContext {

		@Override
		public @Nullable Object current() {
			return Tenant.current();
		}

		@Override
		public <R> R callAs(@Nullable Object tenant, Callable<R> body) throws Exception {
			return Tenant.callAs((Tenant) tenant, body);
		}

	}

	@Bean
	Source prices(PriceClient client) {
		return Source.batch("prices", PRICE, (keys) -> client.pricesOf(keys))
			.transportTimeout(Duration.ofMillis(800))
			.maxBatchSize(100)
			.window(Duration.ofMillis(5))
			.build();
	}

	record Price(String id) {
	}

	record User(Long id) {
	}

	record Tenant(String name) {

		private static final ThreadLocal<@Nullable Tenant> CURRENT = new ThreadLocal<>();

		static @Nullable Tenant current() {
			return CURRENT.get();
		}

		static <R> R callAs(@Nullable Tenant tenant, Callable<R> body) throws Exception {
			CURRENT.set(tenant);
			try {
				return body.call();
			}
			finally {
				CURRENT.remove();
			}
		}

	}

	interface PriceClient {

		Map<String, Price> prices(Collection<String> ids);

		Map<String, Price> quotes(Collection<String> ids);

		Map<ResourceKey<Price>, Price> pricesOf(List<ResourceKey<Price>> keys);

	}

	interface UserRepository {

		Map<Long, User> byId(Collection<Long> ids);

		Map<Long, String> names(Collection<Long> ids);

	}

}
