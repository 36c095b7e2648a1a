package io.coalestra.spring.boot.examples;

import java.util.concurrent.Flow;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;

/**
 * The code of the page on subscriptions, as it stands there.
 */
class SubscriptionExamples {

	static final ResourceType<Long> PRICE = ResourceType.of("market", "price", Long.class);

	static final ResourceKey<Long> BTC = PRICE.key("BTC");

	static final ResourceKey<Long> ETH = PRICE.key("ETH");

	static final ResourceKey<String> NEWS = ResourceType.of("press", "news", String.class).key();

	void follow(SnapshotBuilder builder, Screen screen) {
		builder.subscribe(SnapshotRequest.require(BTC, ETH).optional(NEWS), new Flow.Subscriber<Snapshot>() {

			private Flow.Subscription subscription;

			@Override
			public void onSubscribe(Flow.Subscription given) {
				this.subscription = given;
				given.request(1);
			}

			@Override
			public void onNext(Snapshot snapshot) {
				screen.show(snapshot.get(BTC), snapshot.get(ETH));
				// ready for the next; what came between is skipped
				this.subscription.request(1);
			}

			@Override
			public void onError(Throwable mistake) {
				screen.fail(mistake);
			}

			@Override
			public void onComplete() {
				screen.close();
			}

		});
	}

	interface Screen {

		void show(long btc, long eth);

		void fail(Throwable mistake);

		void close();

	}

}
