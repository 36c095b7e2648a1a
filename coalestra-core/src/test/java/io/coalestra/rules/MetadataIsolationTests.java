package io.coalestra.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.failure.PayloadIsolationException;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.key.PayloadType;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Metadata belongs to whoever received it, as payloads do.
 */
class MetadataIsolationTests extends EngineFixture {

	@SuppressWarnings("unchecked") // what the tests put in
	private static List<String> notes(Map<String, Object> metadata) {
		return (List<String>) metadata.get("notes");
	}

	@Test
	void whatARequestHandsInIsCapturedWhenTheBuildBegins() {
		List<List<String>> seen = new ArrayList<>();
		SnapshotBuilder builder = start(Source.single("rest", PRICE, (key, context) -> {
			seen.add(List.copyOf(notes(context.metadata())));
			return Payload.of(1);
		}).nonBlocking().build());
		List<String> own = new ArrayList<>(List.of("a"));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.require(BTC).metadata("notes", own));
		own.add("b");
		arrived(build);
		assertThat(seen).containsExactly(List.of("a"));
	}

	@Test
	void aClassThatOnlyTheApplicationKnowsIsCopiedByItWhereverItIs() {
		ResourceKey<List<Stops>> key = ResourceType.of("test", "stops", new PayloadType<List<Stops>>() {
		}).key();
		SnapshotBuilder builder = start(steps().otherPayloadCopier(new PayloadCopier() {

			@Override
			@SuppressWarnings("unchecked") // a copy is of its original's class
			public <T> T copy(T payload) {
				return (T) new Stops((Stops) payload);
			}

		}));
		builder.publisher().publish(key, new ArrayList<>(List.of(new Stops(null))), "feed");
		build(builder, key).get(key).getFirst().names.add("b");
		assertThat(build(builder, key).get(key)).singleElement()
			.satisfies((stops) -> assertThat(stops.names).isEmpty());
		assertThatNullPointerException().isThrownBy(() -> steps().otherPayloadCopier(null))
			.withMessage("otherPayloadCopier");
	}

	/**
	 * Neither a record nor a bean.
	 */
	private static final class Stops {

		private final List<String> names = new ArrayList<>();

		private Stops(Stops original) {
			if (original != null) {
				this.names.addAll(original.names);
			}
		}

	}

	@Test
	void whatOneSourceChangesTheNextDoesNotSee() {
		List<List<String>> seen = new ArrayList<>();
		Script<Integer> spoiling = new Script<Integer>().then((key, context) -> {
			notes(context.metadata()).add("spoiled");
			throw new IllegalStateException("down");
		});
		SnapshotBuilder builder = start(Source.single("first", PRICE, spoiling).priority(1).nonBlocking().build(),
				Source.single("second", PRICE, (key, context) -> {
					seen.add(List.copyOf(notes(context.metadata())));
					return Payload.of(1);
				}).nonBlocking().build());
		List<String> own = new ArrayList<>(List.of("a"));
		build(builder, SnapshotRequest.require(BTC).metadata("notes", own));
		assertThat(seen).containsExactly(List.of("a"));
		assertThat(own).containsExactly("a");
	}

	@Test
	void whatAReaderChangesNobodyElseSees() {
		SnapshotBuilder builder = start(Freshness.forever());
		builder.publisher().publish(ResourceUpdate.of(BTC, 1, "feed").metadata("notes", new ArrayList<>(List.of("a"))));
		Snapshot snapshot = build(builder, BTC);
		notes(snapshot.value(BTC).metadata()).add("mine");
		assertThat(notes(snapshot.value(BTC).metadata())).containsExactly("a");
		assertThat(notes(build(builder, BTC).value(BTC).metadata())).containsExactly("a");
	}

	@Test
	void whatASourceKeepsItCannotChangeAfterwards() {
		List<String> kept = new ArrayList<>(List.of("a"));
		SnapshotBuilder builder = start(Freshness.forever(),
				Source.single("rest", PRICE, (key, context) -> Payload.of(1).metadata("notes", kept))
					.nonBlocking()
					.build());
		Snapshot snapshot = build(builder, BTC);
		kept.add("b");
		assertThat(notes(snapshot.value(BTC).metadata())).containsExactly("a");
	}

	@Test
	void metadataThatCannotBeCopiedRefusesTheBuildByName() {
		SnapshotBuilder builder = start();
		SnapshotRequest odd = SnapshotRequest.require(BTC).metadata("odd", new Object() {
		});
		assertThatExceptionOfType(PayloadIsolationException.class).isThrownBy(() -> builder.build(odd))
			.withMessageStartingWith("metadata \"odd\": ");
	}

	@Test
	void onePayloadThatCannotBeCopiedFailsItsKeyAlone() {
		SnapshotBuilder builder = start(Freshness.forever(),
				Source.batch("rest", io.coalestra.key.ResourceType.of("test", "thing", Object.class),
						(keys) -> Map.of(keys.getFirst(), new Object() {
						}, keys.getLast(), "fine"))
					.nonBlocking()
					.build());
		var things = io.coalestra.key.ResourceType.of("test", "thing", Object.class);
		Snapshot snapshot = attempt(builder, things.key("a"), things.key("b"));
		assertThat(snapshot.find(things.key("b"))).contains("fine");
		assertThat(snapshot.errors()).containsOnlyKeys(things.key("a"));
		assertThat(builder.payloadCopies().failed()).isEqualTo(1);
	}

	@Test
	void copiesAreCountedAndWhatIsImmutableIsNot() {
		SnapshotBuilder builder = start(Freshness.forever());
		builder.publisher().publish(BTC, 1, "feed");
		assertThat(builder.payloadCopies().completed()).isZero();
		builder.publisher().publish(ResourceUpdate.of(ETH, 1, "feed").metadata("notes", new ArrayList<>()));
		assertThat(builder.payloadCopies().completed()).isEqualTo(1);
		assertThat(builder.payloadCopies().active()).isZero();
		assertThat(builder.payloadCopies().peakActive()).isEqualTo(1);
		assertThat(builder.payloadCopies().average()).isEqualTo(builder.payloadCopies().longest());
	}

}
