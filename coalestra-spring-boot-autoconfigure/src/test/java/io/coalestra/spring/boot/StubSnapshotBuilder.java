package io.coalestra.spring.boot;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.coalestra.cache.WriteRule;
import io.coalestra.health.BuilderHealth;
import io.coalestra.health.HealthComponent;
import io.coalestra.health.PayloadCopyHealth;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.CloseReport;
import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.snapshot.SubscriptionStatistics;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.SourceSettings;

/**
 * A builder that makes nothing: it has a state that a test sets, and remembers what was
 * done to it.
 */
public class StubSnapshotBuilder implements SnapshotBuilder {

	public volatile BuilderHealth health;

	public final StubPublisher publisher = new StubPublisher();

	public final List<HealthComponent> components = new CopyOnWriteArrayList<>();

	public List<SourceDescription> sources = List.of();

	public final AtomicInteger closed = new AtomicInteger();

	public StubSnapshotBuilder(BuilderHealth health) {
		this.health = health;
	}

	public StubSnapshotBuilder() {
		this(new SampleHealth().build());
	}

	@Override
	public BuilderHealth health() {
		return this.health;
	}

	@Override
	public ResourcePublisher publisher() {
		return this.publisher;
	}

	@Override
	public int prune() {
		return 7;
	}

	@Override
	public int resetCircuits(String source) {
		if (!this.health.timeoutGuarantees().containsKey(source)) {
			throw new IllegalArgumentException("source: \"" + source + "\" (expected: a source)");
		}
		return 2;
	}

	@Override
	public boolean isClosed() {
		return this.closed.get() > 0;
	}

	@Override
	public CloseReport close(CloseOptions options) {
		this.closed.incrementAndGet();
		return new CloseReport(List.of());
	}

	@Override
	public void close() {
		close(CloseOptions.DEFAULT);
	}

	@Override
	public boolean awaitTermination(Duration limit) {
		return true;
	}

	@Override
	public void addHealthComponent(HealthComponent component) {
		this.components.add(component);
	}

	@Override
	public List<SourceDescription> sources() {
		return this.sources;
	}

	@Override
	public Snapshot build(SnapshotRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Snapshot> buildAsync(SnapshotRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void subscribe(SnapshotRequest request, Flow.Subscriber<? super Snapshot> subscriber) {
		throw new UnsupportedOperationException();
	}

	@Override
	public SubscriptionStatistics subscriptions() {
		return new SubscriptionStatistics(0, 0, 0, 0, 0, 0);
	}

	@Override
	public PayloadCopyHealth payloadCopies() {
		return new PayloadCopyHealth(0, 0, 0, 0, Duration.ZERO, Duration.ZERO);
	}

	@Override
	public SnapshotResult tryBuild(SnapshotRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<SnapshotResult> tryBuildAsync(SnapshotRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public List<SnapshotResult> tryBuildAll(Collection<SnapshotRequest> requests) {
		throw new UnsupportedOperationException();
	}

	@Override
	public SnapshotSession openSession(SessionOptions options) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void replaceFreshness(KeyPolicies<Freshness> policies) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void replaceAuthority(KeyPolicies<SourceAuthority> policies) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void replaceMaxConcurrency(int limit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void adjustSource(String source, Consumer<SourceSettings.Builder> changes) {
		throw new UnsupportedOperationException();
	}

	@Override
	public int refreshIf(Predicate<? super ResourceKey<?>> condition) {
		return (int) this.publisher.cached.stream().filter(condition).count();
	}

	@Override
	public void forgetSupport() {
	}

	@Override
	public boolean awaitRefreshes(Duration limit) {
		return true;
	}

	/**
	 * A publisher that counts the keys of a test.
	 */
	public static class StubPublisher implements ResourcePublisher {

		public List<ResourceKey<?>> cached = List.of();

		@Override
		public List<PublishResult> publishAll(Collection<? extends ResourceUpdate<?>> updates, WriteRule rule) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<PublishResult> submit(ResourceUpdate<?> update) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<List<PublishResult>> submitAll(Collection<? extends ResourceUpdate<?>> updates,
				WriteRule rule) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletableFuture<Boolean> submitInvalidation(ResourceKey<?> key) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean flush(Duration limit) {
			return true;
		}

		@Override
		public SubmissionStatistics submissions() {
			return new SubmissionStatistics(0, 1, 0, 0, 0, 0, 0, 0);
		}

		@Override
		public boolean invalidate(ResourceKey<?> key) {
			return this.cached.contains(key);
		}

		@Override
		public int invalidateIf(Predicate<? super ResourceKey<?>> condition) {
			return (int) this.cached.stream().filter(condition).count();
		}

		@Override
		public void invalidateTag(String tag) {
		}

		@Override
		public void clear() {
		}

	}

}
