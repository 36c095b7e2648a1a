package io.coalestra.rules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.concurrency.InterposedCache;
import io.coalestra.failure.PayloadIsolationException;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.signal.Activity;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.Watch;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whoever follows a builder is told of everything that it does, from its beginning to its
 * end, and can neither break nor change it.
 */
class WatchTests extends EngineFixture {

	private final Log log = new Log();

	private SnapshotBuilder watched(Source... sources) {
		return start(steps().activityWatcher(this.log).sources(List.of(sources)));
	}

	private static Source rest(Script<Integer> script) {
		return Source.single("rest", PRICE, script).nonBlocking().timeout(seconds(1)).build();
	}

	@Test
	void aBuildIsFollowedWithItsCallsFromBeginningToEnd() {
		SnapshotBuilder builder = watched(rest(new Script<Integer>().answer(1)));
		Snapshot snapshot = build(builder, BTC, ETH);
		Entry build = this.log.entries.getFirst();
		assertThat(build.activity).isInstanceOfSatisfying(Activity.Build.class, (told) -> {
			assertThat(told.kind()).isEqualTo(Activity.Build.Kind.SNAPSHOT);
			assertThat(told.keys()).containsExactly(BTC, ETH);
		});
		assertThat(build.end().status()).isEqualTo("success");
		assertThat(build.end().details()).containsEntry("path", "cold")
			.containsEntry("snapshot_id", snapshot.id())
			.containsEntry("resolved", 2)
			.containsEntry("failed", 0);
		assertThat(this.log.calls()).hasSize(2).allSatisfy((call) -> {
			assertThat(((Activity.SourceCall) call.activity).causes()).containsExactly(build);
			assertThat(call.end().status()).isEqualTo("success");
		});
		assertThat(this.log.ends).as("calls end before the build of which they are part").endsWith(build);
	}

	@Test
	void aCallRunsBoundToItsWatch() {
		List<String> bound = new ArrayList<>();
		SnapshotBuilder builder = watched(rest(new Script<Integer>().then((key, context) -> {
			bound.addAll(this.log.bound);
			return Payload.of(1);
		})));
		build(builder, BTC);
		assertThat(bound).containsExactly("rest");
		assertThat(this.log.bound).isEmpty();
	}

	@Test
	void oneCallTellsOfEveryBuildThatWaitsForIt() {
		SnapshotBuilder builder = watched(rest(new Script<Integer>().answer(1)));
		CompletableFuture<Snapshot> one = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> other = builder.buildAsync(BTC);
		arrived(one);
		arrived(other);
		Entry call = this.log.calls().getFirst();
		assertThat(this.log.calls()).hasSize(1);
		Entry late = this.log.entries.getLast();
		assertThat(((Activity.SourceCall) call.activity).causes()).containsExactly(this.log.entries.getFirst());
		assertThat(late.joined).containsExactly(call);
	}

	@Test
	void aCallMadeAfterSeveralHaveJoinedNamesThemAll() {
		SnapshotBuilder builder = start(
				steps().activityWatcher(this.log).maxConcurrency(1).source(rest(new Script<Integer>().answer(1))));
		CompletableFuture<Snapshot> first = builder.buildAsync(ETH);
		CompletableFuture<Snapshot> one = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> other = builder.buildAsync(BTC);
		arrived(first);
		arrived(one);
		arrived(other);
		Entry call = this.log.calls().getLast();
		assertThat(((Activity.SourceCall) call.activity).causes()).hasSize(2);
	}

	@Test
	void everyAttemptIsACallOfItsOwn() {
		SnapshotBuilder builder = start(steps().activityWatcher(this.log)
			.defaultResilience(Resilience.DEFAULT.retry(new RetryPolicy(2, millis(10), millis(10), 0)))
			.source(rest(new Script<Integer>().fail(new IOException("down")).answer(1))));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		pass(millis(10));
		arrived(build);
		assertThat(this.log.calls()).extracting((call) -> ((Activity.SourceCall) call.activity).attempt())
			.containsExactly(1, 2);
		assertThat(this.log.calls()).extracting((call) -> call.end().status()).containsExactly("failure", "success");
		assertThat(this.log.calls().getFirst().end().error()).hasMessage("down");
	}

	@Test
	void aCallThatIsGivenUpHasEnded() {
		Gate gate = new Gate();
		SnapshotBuilder builder = start(
				onThreads().activityWatcher(this.log).source(Source.single("rest", PRICE, (key) -> {
					gate.pass();
					return 1;
				}).timeout(seconds(1)).transportTimeout(millis(500)).build()));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(BTC));
		gate.awaitArrivals(1);
		this.time.advance(seconds(2));
		assertThat(build.join().errors()).containsKey(BTC);
		assertThat(this.log.calls().getFirst().end().status()).isEqualTo("source_timeout");
		gate.open();
	}

	@Test
	void aFailedBuildEndsWithWhatItsCallerGets() {
		SnapshotBuilder builder = watched(rest(new Script<Integer>().fail(new IllegalStateException("down"))));
		Throwable thrown = failed(builder.buildAsync(BTC));
		Entry build = this.log.entries.getFirst();
		assertThat(build.end().status()).isEqualTo("error");
		assertThat(build.end().error()).isSameAs(thrown);
		assertThat(build.end().details()).containsEntry("failed", 1);
	}

	@Test
	void aBuildThatIsCancelledHasEnded() {
		SnapshotBuilder builder = watched(rest(new Script<Integer>().answer(1)));
		builder.buildAsync(BTC).cancel(true);
		this.executor.runAll();
		assertThat(this.log.entries.getFirst().end().status()).isEqualTo("error");
	}

	@Test
	void inputsOfDerivedValuesAreCallsOfTheSameBuild() {
		Source mean = Source.derived("mean", MEAN, (key) -> List.of(BTC, ETH), (key, inputs) -> inputs.get(BTC))
			.build();
		SnapshotBuilder builder = watched(rest(new Script<Integer>().answer(1)), mean);
		build(builder, MEAN.key("all"));
		assertThat(this.log.calls()).extracting((call) -> ((Activity.SourceCall) call.activity).source())
			.containsExactly("rest", "rest", "mean");
		assertThat(this.log.calls()).allSatisfy((call) -> assertThat(((Activity.SourceCall) call.activity).causes())
			.containsExactly(this.log.entries.getFirst()));
	}

	@Test
	void aRefreshIsFollowedAsAnActivityOfItsOwn() {
		Freshness swr = Freshness.ttl(seconds(1)).maxStale(seconds(60)).staleWhileRevalidate();
		SnapshotBuilder builder = start(steps().activityWatcher(this.log)
			.defaultFreshness(swr)
			.source(rest(new Script<Integer>().answer(1).fail(new IllegalStateException("down")))));
		build(builder, BTC);
		pass(seconds(2));
		build(builder, BTC);
		Entry refresh = this.log.of(Activity.Refresh.class).getFirst();
		assertThat(((Activity.Refresh) refresh.activity).reason()).isEqualTo("stale_while_revalidate");
		assertThat(((Activity.Refresh) refresh.activity).causes()).hasSize(1);
		assertThat(((Activity.SourceCall) this.log.calls().getLast().activity).causes()).containsExactly(refresh);
		assertThat(refresh.end()).isEqualTo(new Watch.End("failure", null, Map.of("failed", 1)));
	}

	@Test
	void stagesOfSessionsAreBuildsOfTheirKind() {
		SnapshotBuilder builder = watched(rest(new Script<Integer>().answer(1)));
		try (SnapshotSession session = builder.openSession()) {
			arrived(session.resolveAsync(SnapshotRequest.require(BTC)));
			arrived(session.revalidateAsync(SnapshotRequest.require(BTC)));
		}
		assertThat(this.log.of(Activity.Build.class)).extracting((build) -> ((Activity.Build) build.activity).kind())
			.containsExactly(Activity.Build.Kind.RESOLVE, Activity.Build.Kind.REVALIDATE);
		assertThat(this.log.entries).allSatisfy((entry) -> assertThat(entry.ends).hasSize(1));
	}

	@Test
	void publicationsAreFollowed() {
		SnapshotBuilder builder = watched(rest(new Script<Integer>().answer(1)));
		builder.publisher().publish(ResourceUpdate.of(BTC, 1, "stream"));
		Entry publication = this.log.of(Activity.Publication.class).getFirst();
		assertThat(publication.activity.keys()).containsExactly(BTC);
		assertThat(publication.end().details()).containsEntry("stored", 1L);
	}

	@Test
	void aWarmBuildIsToldOnlyToWhoAsksForIt() {
		SnapshotBuilder builder = watched(rest(new Script<Integer>().answer(1)));
		build(builder, BTC);
		int told = this.log.entries.size();
		builder.build(BTC);
		assertThat(this.log.entries).hasSize(told);
		this.log.warm = true;
		builder.build(BTC);
		assertThat(this.log.entries).hasSize(told + 1);
		assertThat(this.log.entries.getLast().end().status()).isEqualTo("success");
		assertThat(this.log.entries.getLast().end().details()).containsEntry("path", "warm");
	}

	@Test
	void whoAsksForWarmBuildsIsToldOfABuildBeforeItReadsTheCache() {
		this.log.warm = true;
		List<Integer> toldAtReads = new ArrayList<>();
		SnapshotCache cache = new InterposedCache(SnapshotCache.bounded(10)) {

			@Override
			public Revision<?> get(ResourceKey<?> key) {
				toldAtReads.add(WatchTests.this.log.entries.size());
				return super.get(key);
			}

		};
		SnapshotBuilder builder = start(
				steps().cache(cache).activityWatcher(this.log).source(rest(new Script<Integer>().answer(1))));
		build(builder, BTC);
		assertThat(toldAtReads).isNotEmpty().doesNotContain(0);
		int told = this.log.entries.size();
		toldAtReads.clear();
		builder.build(BTC);
		assertThat(toldAtReads).containsOnly(told + 1);
	}

	@Test
	void aBuildThatTurnsOutToBeColdIsToldOfOnce() {
		this.log.warm = true;
		SnapshotBuilder builder = watched(rest(new Script<Integer>().answer(1)));
		build(builder, BTC);
		assertThat(this.log.of(Activity.Build.class)).hasSize(1).allSatisfy((entry) -> {
			assertThat(entry.ends).hasSize(1);
			assertThat(entry.end().details()).containsEntry("path", "cold");
		});
	}

	@Test
	void aBuildThatIsRefusedForItsMetadataHasEndedForWhoWasToldOfIt() {
		this.log.warm = true;
		SnapshotBuilder builder = watched(rest(new Script<Integer>().answer(1)));
		assertThatExceptionOfType(PayloadIsolationException.class)
			.isThrownBy(() -> builder.build(SnapshotRequest.require(BTC).metadata("lock", new Object() {
			})));
		assertThat(this.log.of(Activity.Build.class)).hasSize(1)
			.allSatisfy((entry) -> assertThat(entry.end().status()).isEqualTo("error"));
	}

	@Test
	void whatAWatcherThrowsReachesNoBuild() {
		SnapshotBuilder beginning = start(steps().activityWatcher((activity) -> {
			throw new IllegalStateException("no");
		}).source(rest(new Script<Integer>().answer(1))));
		assertThat(build(beginning, BTC).get(BTC)).isEqualTo(1);
		assertThat(beginning.health().containedSinkFailures()).isPositive();
		SnapshotBuilder ending = start(steps().activityWatcher((activity) -> (end) -> {
			throw new IllegalStateException("no");
		}).source(rest(new Script<Integer>().answer(1))));
		assertThat(build(ending, BTC).get(BTC)).isEqualTo(1);
	}

	private static final class Log implements ActivityWatcher {

		private final List<Entry> entries = new ArrayList<>();

		private final List<Entry> ends = new ArrayList<>();

		private final List<String> bound = new ArrayList<>();

		private boolean warm;

		@Override
		public synchronized Watch begun(Activity activity) {
			Entry entry = new Entry(this, activity);
			this.entries.add(entry);
			return entry;
		}

		@Override
		public boolean watchesWarmBuilds() {
			return this.warm;
		}

		private synchronized List<Entry> of(Class<? extends Activity> type) {
			return this.entries.stream().filter((entry) -> type.isInstance(entry.activity)).toList();
		}

		private List<Entry> calls() {
			return of(Activity.SourceCall.class);
		}

	}

	private static final class Entry implements Watch {

		private final Log log;

		private final Activity activity;

		private final List<Watch> joined = new ArrayList<>();

		private final List<End> ends = new ArrayList<>();

		private Entry(Log log, Activity activity) {
			this.log = log;
			this.activity = activity;
		}

		private End end() {
			assertThat(this.ends).as("%s", this.activity).hasSize(1);
			return this.ends.getFirst();
		}

		@Override
		public Binding bind() {
			if (!(this.activity instanceof Activity.SourceCall call)) {
				return () -> {
				};
			}
			this.log.bound.add(call.source());
			return this.log.bound::removeLast;
		}

		@Override
		public void joined(Watch call) {
			this.joined.add(call);
		}

		@Override
		public void ended(End end) {
			this.ends.add(end);
			this.log.ends.add(this);
		}

	}

}
