package io.coalestra.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.RefreshMode;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.Spread;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotValue;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What is fresh, what is stale, what is gone and what is read again, against a model, on
 * a clock that a script moves by single nanoseconds around the bounds.
 */
class FreshnessModelTests {

	private static final ResourceType<Integer> ITEM = ResourceType.of("model", "item", Integer.class);

	private static final ResourceKey<Integer> KEY = ITEM.key("a");

	private static final List<RefreshMode> MODES = List.of(RefreshMode.values());

	private static final int ENDLESS = 1_000;

	private static final long FIRST_PAUSE = Duration.ofMillis(500).toNanos();

	private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();

	@Test
	void everyBoundOfFreshnessIsWhereTheModelHasIt() {
		Scripts.check(8_000, FreshnessModelTests::script, (script) -> new Run(script, 0).check());
	}

	@Test
	void aModelWhoseTimeToLiveIsOneNanosecondShorterIsFoundOut() {
		Throwable fault = catchThrowable(
				() -> Scripts.check(8_000, FreshnessModelTests::script, (script) -> new Run(script, 1).check()));
		assertThat(fault).isInstanceOf(AssertionError.class).hasMessageContaining("shortened");
	}

	// --- scripts ---

	private static List<Step> script(SplittableRandom random) {
		List<Step> script = new ArrayList<>();
		int ttl = (random.nextInt(8) == 0) ? ENDLESS : random.nextInt(7);
		int maxStale = (ttl == ENDLESS || random.nextInt(4) == 0) ? ENDLESS : ttl + random.nextInt(7);
		RefreshMode mode = MODES.get(random.nextInt(MODES.size()));
		int ahead = (mode == RefreshMode.REFRESH_AHEAD) ? random.nextInt(Math.min(ttl, 6) + 1) : 0;
		script.add(new Policy(ttl, maxStale, random.nextInt(4) > 0, mode, ahead));
		int actions = 3 + random.nextInt(25);
		for (int i = 0; i < actions; i++) {
			script.add(switch (random.nextInt(12)) {
				case 0 -> new Behave(random.nextInt(3) == 0, random.nextInt(8) - 2, -1, -1);
				case 1 -> new Behave(false, random.nextInt(6) - 2, random.nextInt(8) - 1, random.nextInt(12) - 1);
				case 2 -> new Publish(random.nextInt(8) - 1);
				case 3 -> new Advance(FIRST_PAUSE - 1 + random.nextInt(3));
				case 4, 5, 6 -> new Advance(random.nextInt(5));
				case 7 -> new Ask(random.nextInt(8), false);
				case 8 -> new Ask(-1, true);
				default -> new Ask(-1, false);
			});
		}
		return script;
	}

	private sealed interface Step {

	}

	private record Policy(int ttl, int maxStale, boolean staleOnError, RefreshMode mode, int ahead) implements Step {

		private Freshness freshness() {
			return new Freshness(span(this.ttl), span(this.maxStale), this.staleOnError, this.mode,
					Duration.ofNanos(this.ahead), Spread.NONE, Duration.ZERO);
		}

		private static Duration span(int nanos) {
			return (nanos == ENDLESS) ? Freshness.FOREVER : Duration.ofNanos(nanos);
		}

	}

	// A negative age answers without a time, a negative span leaves the policy's.
	private record Behave(boolean fails, int age, int ownTtl, int ownMaxStale) implements Step {
	}

	private record Publish(int age) implements Step {
	}

	private record Advance(long nanos) implements Step {
	}

	private record Ask(int maxAge, boolean bypass) implements Step {
	}

	// --- the builder under test ---

	private static final class Run {

		private final SteerableTimeSource time = new SteerableTimeSource();

		private final List<Step> script;

		private final int fault;

		private Behave behaviour = new Behave(false, -1, -1, -1);

		private int calls;

		private Run(List<Step> script, int fault) {
			this.script = script;
			this.fault = fault;
		}

		private void check() {
			Policy policy = this.script.stream()
				.filter(Policy.class::isInstance)
				.map(Policy.class::cast)
				.findFirst()
				.orElse(new Policy(3, 5, true, RefreshMode.BLOCKING, 0));
			Model model = new Model(policy, this.fault);
			int events = 0;
			try (SnapshotBuilder builder = Coalestra.builder()
				.timeSource(this.time)
				.executor(new CallerRuns())
				.defaultResilience(Resilience.NONE)
				.defaultFreshness(policy.freshness())
				.source(Source.single("source", ITEM, (key, context) -> answer()).nonBlocking().build())
				.build()) {
				for (int i = 0; i < this.script.size(); i++) {
					long now = this.time.epochNanos();
					switch (this.script.get(i)) {
						case Policy given -> {
						}
						case Behave given -> {
							this.behaviour = given;
							model.behaviour = given;
						}
						case Advance advance -> this.time.advance(Duration.ofNanos(advance.nanos));
						case Publish publish -> {
							events--;
							if (publish.age < 0) {
								builder.publisher().publish(KEY, events, "event");
							}
							else {
								builder.publisher()
									.publish(KEY, events, "event", this.time.now().minusNanos(publish.age));
							}
							model.publish(publish.age, events, now);
						}
						case Ask ask -> {
							String expected = model.ask(ask, now) + ", " + model.calls + " calls";
							String actual = rendered(builder.build(request(ask))) + ", " + this.calls + " calls";
							assertThat(actual).as("step %d", i).isEqualTo(expected);
						}
					}
				}
				assertThat(builder.health().flights()).isZero();
			}
		}

		private Payload<Integer> answer() {
			this.calls++;
			if (this.behaviour.fails) {
				throw new IllegalStateException("fails");
			}
			Payload<Integer> payload = Payload.of(this.calls);
			if (this.behaviour.age >= 0) {
				payload = payload.observedAt(this.time.now().minusNanos(this.behaviour.age));
			}
			if (this.behaviour.ownTtl >= 0) {
				payload = payload.freshFor(Duration.ofNanos(this.behaviour.ownTtl));
			}
			if (this.behaviour.ownMaxStale >= 0) {
				payload = payload.usableFor(Duration.ofNanos(this.behaviour.ownMaxStale));
			}
			return payload;
		}

		private static SnapshotRequest request(Ask ask) {
			SnapshotRequest request = SnapshotRequest.prefer(KEY);
			if (ask.maxAge >= 0) {
				request = request.maxAge(Duration.ofNanos(ask.maxAge));
			}
			return ask.bypass ? request.bypassCache() : request;
		}

		private static String rendered(Snapshot snapshot) {
			SnapshotValue<Integer> value = snapshot.findValue(KEY).orElse(null);
			return (value == null) ? "failed" : describe(value.value(), value.stale(), value.fromCache());
		}

	}

	private static String describe(int value, boolean stale, boolean cached) {
		return value + (stale ? " stale" : " fresh") + (cached ? " cached" : " read");
	}

	// --- the model ---

	private static final class Model {

		private final Policy policy;

		private final int fault;

		private Behave behaviour = new Behave(false, -1, -1, -1);

		private Entry cached;

		private int calls;

		private int failedRefreshes;

		private long pausedUntil = Long.MIN_VALUE;

		private Model(Policy policy, int fault) {
			this.policy = policy;
			this.fault = fault;
		}

		private void publish(int age, int value, long now) {
			long observed = (age < 0) ? now : now - age;
			write(entry(value, observed, now, this.policy.ttl, this.policy.maxStale, true), age < 0, now);
		}

		private Entry entry(int value, long observed, long now, long ttl, long maxStale, boolean event) {
			long freshUntil = (ttl == ENDLESS) ? Long.MAX_VALUE : observed + ttl - this.fault;
			long usableUntil = (ttl == ENDLESS || maxStale == ENDLESS) ? Long.MAX_VALUE
					: observed + Math.max(ttl, maxStale);
			return new Entry(value, observed, now, freshUntil, usableUntil, event);
		}

		private boolean write(Entry entry, boolean assumed, long now) {
			Entry stored = usable(now);
			boolean replacesEqual = assumed && (entry.event || stored == null || !stored.event);
			boolean wins = stored == null || entry.observed > stored.observed
					|| (entry.observed == stored.observed && replacesEqual);
			if (wins) {
				this.cached = entry;
			}
			return wins;
		}

		private String ask(Ask ask, long now) {
			Entry entry = usable(now);
			boolean young = entry != null && (ask.maxAge < 0 || now - entry.observed <= ask.maxAge);
			if (!ask.bypass && entry != null && young) {
				if (now <= entry.freshUntil) {
					boolean due = this.policy.mode == RefreshMode.REFRESH_AHEAD && entry.freshUntil != Long.MAX_VALUE
							&& now >= entry.freshUntil - this.policy.ahead;
					if (due) {
						refresh(now);
					}
					return describe(entry.value, false, true);
				}
				if (this.policy.mode == RefreshMode.STALE_WHILE_REVALIDATE) {
					refresh(now);
					return describe(entry.value, true, true);
				}
			}
			Entry read = read(now);
			if (read != null) {
				return describe(read.value, false, this.lost);
			}
			Entry fallback = usable(now);
			boolean allowed = fallback != null && !ask.bypass
					&& (ask.maxAge < 0 || now - fallback.observed <= ask.maxAge)
					&& (this.policy.staleOnError || now <= fallback.freshUntil);
			return allowed ? describe(fallback.value, now > fallback.freshUntil, true) : "failed";
		}

		private Entry usable(long now) {
			if (this.cached != null && now > this.cached.usableUntil) {
				this.cached = null;
			}
			return this.cached;
		}

		// Whether the last read lost to what was in the cache.
		private boolean lost;

		private Entry read(long now) {
			this.calls++;
			if (this.behaviour.fails) {
				return null;
			}
			long observed = (this.behaviour.age < 0) ? now : now - this.behaviour.age;
			long ttl = (this.behaviour.ownTtl >= 0) ? this.behaviour.ownTtl : this.policy.ttl;
			long maxStale = (this.behaviour.ownMaxStale >= 0) ? this.behaviour.ownMaxStale : this.policy.maxStale;
			Entry entry = entry(this.calls, observed, now, ttl, maxStale, false);
			this.lost = !write(entry, this.behaviour.age < 0, now) && now <= this.cached.freshUntil;
			if (this.lost) {
				return this.cached;
			}
			return (now <= entry.freshUntil) ? entry : null;
		}

		private void refresh(long now) {
			if (now < this.pausedUntil) {
				return;
			}
			boolean readJustNow = this.cached != null && this.cached.fetched >= now && now <= this.cached.freshUntil;
			if (readJustNow || read(now) != null) {
				this.failedRefreshes = 0;
				this.pausedUntil = Long.MIN_VALUE;
			}
			else {
				this.pausedUntil = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(20, this.failedRefreshes));
				this.failedRefreshes++;
			}
		}

	}

	private record Entry(int value, long observed, long fetched, long freshUntil, long usableUntil, boolean event) {
	}

}
