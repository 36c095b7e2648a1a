package io.coalestra.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import io.coalestra.Coalestra;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotValue;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.source.SourceBuilder;
import io.coalestra.time.SteerableTimeSource;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The builder answers as a small, single-threaded model does: which source a value is
 * from, whether it is stale, and which failures came before it.
 */
class ChainModelTests {

	private static final ResourceType<String> ITEM = ResourceType.of("model", "item", String.class);

	private static final int KEYS = 3;

	@Test
	void theBuilderAnswersAsTheModelDoes() {
		Scripts.check(4_000, ChainModelTests::script, (script) -> new Run(script).check());
	}

	@Test
	void aModelThatAsksInAnotherOrderIsFoundOut() {
		Throwable fault = catchThrowable(() -> Scripts.check(4_000, ChainModelTests::script, (script) -> {
			Run run = new Run(script);
			run.model.order = Comparator.comparingInt((SourceSpec source) -> source.priority);
			run.check();
		}));
		assertThat(fault).isInstanceOf(AssertionError.class).hasMessageContaining("shortened");
	}

	// --- scripts ---

	private static List<Step> script(SplittableRandom random) {
		List<Step> script = new ArrayList<>();
		int ttl = random.nextInt(6);
		script.add(new Policy(ttl, ttl + random.nextInt(8), random.nextInt(4) > 0, random.nextInt(4)));
		int sources = random.nextInt(5);
		for (int i = 0; i < sources; i++) {
			List<Answer> answers = new ArrayList<>();
			for (int key = 0; key < KEYS; key++) {
				answers.add(new Answer(AnswerKind.values()[random.nextInt(AnswerKind.values().length)],
						random.nextInt(16)));
			}
			boolean batch = random.nextBoolean();
			WholeCall wholeCall = (batch && random.nextInt(4) == 0)
					? WholeCall.values()[random.nextInt(WholeCall.values().length)] : WholeCall.BY_KEY;
			script.add(new SourceSpec("s" + i, batch, random.nextInt(4), 7 - random.nextInt(8) / 2 * random.nextInt(2),
					answers, wholeCall));
		}
		int actions = 1 + random.nextInt(8);
		for (int i = 0; i < actions; i++) {
			script.add(switch (random.nextInt(6)) {
				case 0, 1 -> new Advance(random.nextInt(7));
				case 2 -> new Publish(random.nextInt(KEYS), random.nextInt(12) - 1);
				default -> new Ask(1 + random.nextInt(7));
			});
		}
		script.add(new Ask(7));
		return script;
	}

	private sealed interface Step {

	}

	// All spans are nanoseconds, so that bounds are hit exactly, and often.
	private record Policy(int ttl, int maxStale, boolean staleOnError, int absentTtl) implements Step {

		private Freshness freshness() {
			Freshness freshness = Freshness.ttl(Duration.ofNanos(this.ttl))
				.maxStale(Duration.ofNanos(this.maxStale))
				.absentTtl(Duration.ofNanos(this.absentTtl));
			return this.staleOnError ? freshness : freshness.neverStaleOnError();
		}

	}

	private record SourceSpec(String name, boolean batch, int priority, int supported, List<Answer> answers,
			WholeCall wholeCall) implements Step {

		private boolean supports(int key) {
			return (this.supported & (1 << key)) != 0;
		}

	}

	private record Answer(AnswerKind kind, int age) {
	}

	private enum AnswerKind {

		DATED, UNDATED, ABSENT, FAIL, OMIT, SUPPORTS_THROWS

	}

	private enum WholeCall {

		BY_KEY, THROWS, NULL, TOO_MUCH

	}

	private record Advance(int nanos) implements Step {
	}

	// An age of -1 publishes without a time.
	private record Publish(int key, int age) implements Step {
	}

	private record Ask(int keys) implements Step {
	}

	// --- the builder under test ---

	private static final class Run {

		private final SteerableTimeSource time = new SteerableTimeSource();

		private final List<Step> script;

		private final Model model = new Model();

		private Policy policy = new Policy(3, 6, true, 2);

		private int published;

		private Run(List<Step> script) {
			this.script = script;
		}

		private void check() {
			List<SourceSpec> sources = new ArrayList<>();
			for (Step step : this.script) {
				switch (step) {
					case Policy given -> this.policy = given;
					case SourceSpec source -> sources.add(source);
					case Advance advance -> {
					}
					case Publish publish -> {
					}
					case Ask ask -> {
					}
				}
			}
			this.model.policy = this.policy;
			this.model.sources = sources;
			Coalestra configuration = Coalestra.builder()
				.timeSource(this.time)
				.executor(new CallerRuns())
				.defaultResilience(Resilience.NONE)
				.defaultFreshness(this.policy.freshness());
			sources.forEach((source) -> configuration.source(source(source)));
			try (SnapshotBuilder builder = configuration.build()) {
				for (int i = 0; i < this.script.size(); i++) {
					step(builder, this.script.get(i), i);
				}
				assertThat(builder.health().flights()).as("flights left").isZero();
				assertThat(builder.health().capacity().get("__global__").inUse()).as("permits left").isZero();
			}
		}

		private void step(SnapshotBuilder builder, Step step, int number) {
			switch (step) {
				case Advance advance -> this.time.advance(Duration.ofNanos(advance.nanos));
				case Publish publish -> {
					String value = "event" + this.published++;
					long now = this.time.epochNanos();
					if (publish.age < 0) {
						builder.publisher().publish(ITEM.key(publish.key), value, "event");
					}
					else {
						builder.publisher()
							.publish(ITEM.key(publish.key), value, "event", TimeSource.toInstant(now - publish.age));
					}
					this.model.publish(publish, value, now);
				}
				case Ask ask -> {
					Map<Integer, String> expected = this.model.build(ask.keys, this.time.epochNanos());
					List<ResourceKey<?>> keys = new ArrayList<>();
					expected.keySet().forEach((key) -> keys.add(ITEM.key(key)));
					Snapshot snapshot = builder.build(SnapshotRequest.prefer(keys));
					Map<Integer, String> actual = new LinkedHashMap<>();
					expected.keySet().forEach((key) -> actual.put(key, rendered(snapshot, ITEM.key(key))));
					assertThat(actual).as("step %d of %s", number, this.script).isEqualTo(expected);
				}
				case Policy given -> {
				}
				case SourceSpec source -> {
				}
			}
		}

		private static String rendered(Snapshot snapshot, ResourceKey<String> key) {
			if (snapshot.isAbsent(key)) {
				return "absent";
			}
			ResourceFailure failure = snapshot.errorFor(key).orElse(null);
			if (failure != null) {
				List<String> reasons = failure.sources()
					.stream()
					.map((source) -> source.source() + ":" + source.reason())
					.toList();
				return failure.kind() + " " + reasons;
			}
			SnapshotValue<String> value = snapshot.value(key);
			return value.value() + " from " + value.source() + " at " + value.observedAt()
					+ (value.stale() ? " stale" : "") + (value.fromCache() ? " cached" : "");
		}

		private Source source(SourceSpec spec) {
			SourceBuilder<String, ?, ?> builder = spec.batch
					? Source.batch(spec.name, ITEM, (keys, context) -> batch(spec, keys))
					: Source.single(spec.name, ITEM, (key, context) -> single(spec, key));
			builder.priority(spec.priority).nonBlocking();
			return builder.supports((key) -> {
				int subject = Integer.parseInt(key.subject());
				if (spec.answers.get(subject).kind == AnswerKind.SUPPORTS_THROWS) {
					throw new IllegalStateException("supports");
				}
				return spec.supports(subject);
			}).build();
		}

		private Map<ResourceKey<String>, Payload<String>> batch(SourceSpec spec, List<ResourceKey<String>> keys)
				throws Exception {
			Map<ResourceKey<String>, Payload<String>> answers = new HashMap<>();
			switch (spec.wholeCall) {
				case THROWS -> throw new IllegalStateException("whole call");
				case NULL -> {
					return null;
				}
				case TOO_MUCH -> answers.put(ITEM.key("unasked"), Payload.of("unasked"));
				case BY_KEY -> {
				}
			}
			for (ResourceKey<String> key : keys) {
				Answer answer = spec.answers.get(Integer.parseInt(key.subject()));
				if (answer.kind != AnswerKind.OMIT && answer.kind != AnswerKind.FAIL) {
					answers.put(key, payload(spec, answer));
				}
			}
			return answers;
		}

		private Payload<String> single(SourceSpec spec, ResourceKey<String> key) throws Exception {
			Answer answer = spec.answers.get(Integer.parseInt(key.subject()));
			return switch (answer.kind) {
				case FAIL -> throw new IllegalStateException("single");
				case OMIT -> null;
				case DATED, UNDATED, ABSENT, SUPPORTS_THROWS -> payload(spec, answer);
			};
		}

		private Payload<String> payload(SourceSpec spec, Answer answer) {
			return switch (answer.kind) {
				case ABSENT -> Payload.absent();
				case DATED -> Payload.of("of " + spec.name).observedAt(this.time.now().minusNanos(answer.age));
				case UNDATED, FAIL, OMIT, SUPPORTS_THROWS -> Payload.of("of " + spec.name);
			};
		}

	}

	// --- the model ---

	private static final class Model {

		private final Map<Integer, Entry> cache = new HashMap<>();

		private Policy policy;

		private List<SourceSpec> sources;

		private Comparator<SourceSpec> order = Comparator.comparingInt((SourceSpec source) -> source.priority)
			.reversed();

		private void publish(Publish publish, String value, long now) {
			long observed = (publish.age < 0) ? now : now - publish.age;
			write(publish.key, new Entry(value, "event", observed, observed + this.policy.ttl,
					observed + this.policy.maxStale, true), publish.age < 0, now);
		}

		private void write(int key, Entry entry, boolean assumed, long now) {
			Entry stored = usable(key, now);
			boolean replacesEqual = assumed && (entry.event || stored == null || !stored.event);
			boolean newer = stored == null || entry.observed > stored.observed
					|| (entry.observed == stored.observed && replacesEqual);
			if (newer) {
				this.cache.put(key, entry);
			}
		}

		private Map<Integer, String> build(int mask, long now) {
			Map<Integer, String> results = new LinkedHashMap<>();
			for (int key = 0; key < KEYS; key++) {
				if ((mask & (1 << key)) != 0) {
					results.put(key, read(key, now));
				}
			}
			return results;
		}

		private Entry usable(int key, long now) {
			Entry entry = this.cache.get(key);
			if (entry != null && now > entry.usableUntil) {
				this.cache.remove(key);
				return null;
			}
			return entry;
		}

		private String read(int key, long now) {
			Entry cached = usable(key, now);
			if (cached != null && now <= cached.freshUntil) {
				return cached.rendered(false, true);
			}
			List<String> failures = new ArrayList<>();
			for (SourceSpec source : this.sources.stream().sorted(this.order).toList()) {
				if (source.answers.get(key).kind == AnswerKind.SUPPORTS_THROWS) {
					failures.add(source.name + ":" + FailureReason.SUPPORTS_ERROR);
				}
				else if (source.supports(key)) {
					String answer = ask(source, key, now, failures);
					if (answer != null) {
						return answer;
					}
				}
			}
			Entry fallback = usable(key, now);
			if (fallback != null && now <= fallback.freshUntil) {
				return fallback.rendered(false, true);
			}
			if (fallback != null && this.policy.staleOnError) {
				return fallback.rendered(true, true);
			}
			return (failures.isEmpty() ? ResourceFailure.Kind.UNSUPPORTED : ResourceFailure.Kind.SOURCES_FAILED) + " "
					+ failures;
		}

		private String ask(SourceSpec source, int key, long now, List<String> failures) {
			FailureReason whole = switch (source.wholeCall) {
				case BY_KEY -> null;
				case THROWS -> FailureReason.SOURCE_ERROR;
				case NULL, TOO_MUCH -> FailureReason.PROTOCOL;
			};
			if (whole != null) {
				failures.add(source.name + ":" + whole);
				return null;
			}
			Answer answer = source.answers.get(key);
			switch (answer.kind) {
				case FAIL -> failures
					.add(source.name + ":" + (source.batch ? FailureReason.NOT_RETURNED : FailureReason.SOURCE_ERROR));
				case OMIT -> failures
					.add(source.name + ":" + (source.batch ? FailureReason.NOT_RETURNED : FailureReason.PROTOCOL));
				case ABSENT -> {
					long until = now + this.policy.absentTtl;
					write(key, new Entry(null, source.name, now, until, until, false), true, now);
					return "absent";
				}
				case DATED, UNDATED, SUPPORTS_THROWS -> {
					boolean assumed = answer.kind == AnswerKind.UNDATED;
					long observed = assumed ? now : now - answer.age;
					Entry entry = new Entry("of " + source.name, source.name, observed, observed + this.policy.ttl,
							observed + this.policy.maxStale, false);
					write(key, entry, assumed, now);
					if (now <= entry.freshUntil) {
						return entry.rendered(false, false);
					}
					failures.add(source.name + ":" + FailureReason.STALE_DATA);
				}
			}
			return null;
		}

	}

	private record Entry(String value, String source, long observed, long freshUntil, long usableUntil, boolean event) {

		private String rendered(boolean stale, boolean cached) {
			if (this.value == null) {
				return "absent";
			}
			Instant observedAt = TimeSource.toInstant(this.observed);
			return this.value + " from " + this.source + " at " + observedAt + (stale ? " stale" : "")
					+ (cached ? " cached" : "");
		}

	}

}
