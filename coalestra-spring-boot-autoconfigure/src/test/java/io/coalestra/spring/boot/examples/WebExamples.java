package io.coalestra.spring.boot.examples;

import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.spring.boot.reactive.ReactiveSnapshots;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/**
 * The code of the page about web applications, as it stands there.
 */
@SuppressWarnings("ClassCanBeStatic") // In an application they are not nested.
class WebExamples {

	static final ResourceType<Price> PRICE = ResourceType.of("market", "price", Price.class);

	@Service
	class Quotes {

		private final SnapshotSession session;

		Quotes(SnapshotSession session) {
			this.session = session;
		}

		Price price(String symbol) {
			ResourceKey<Price> key = PRICE.key(symbol);
			return this.session.resolve(key).get(key);
		}

	}

	class Controller {

		@GetMapping("/quotes/{symbol}")
		CompletableFuture<Price> quote(@PathVariable String symbol, SnapshotSession session) {
			ResourceKey<Price> key = PRICE.key(symbol);
			return session.resolveAsync(SnapshotRequest.require(key)).thenApply((snapshot) -> snapshot.get(key));
		}

	}

	class ReactiveController {

		private final ReactiveSnapshots snapshots;

		ReactiveController(ReactiveSnapshots snapshots) {
			this.snapshots = snapshots;
		}

		@GetMapping("/prices/{symbol}")
		Mono<Price> price(@PathVariable String symbol) {
			ResourceKey<Price> key = PRICE.key(symbol);
			return this.snapshots.build(key).map((snapshot) -> snapshot.get(key));
		}

	}

	record Price(BigDecimal amount) {
	}

}
