package io.coalestra.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.KeyPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The three kinds of sources: what they support, and what becomes of their functions'
 * answers.
 */
class SourceTests {

	private static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	private static final ResourceType<String> DEPTH = ResourceType.of("market", "depth", String.class);

	private static final ResourceType<String> ACCOUNT = ResourceType.of("ledger", "account", String.class);

	private static final FetchContext NO_CONTEXT = null;

	@Test
	void sourceSupportsTheKeysOfItsTypesAndPatterns() {
		Source source = single("rest").alsoFor(DEPTH).alsoFor(KeyPattern.parse("ledger:*")).build();
		assertThat(source.supports(PRICE.key("x"))).isTrue();
		assertThat(source.supports(DEPTH.key("x"))).isTrue();
		assertThat(source.supports(ACCOUNT.key("x"))).isTrue();
		assertThat(source.supports(ResourceType.of("news", "item", String.class).key())).isFalse();
		assertThat(source.covers(ACCOUNT)).isTrue();
		assertThat(source.isSelective()).isFalse();
	}

	@Test
	void predicatesNarrowTogetherAndAreAskedForTheSourcesTypesOnly() {
		List<ResourceKey<?>> asked = new ArrayList<>();
		Source source = single("rest").supports((key) -> asked.add(key) && key.subject().startsWith("B"))
			.supports((key) -> key.subject().endsWith("C"))
			.build();
		assertThat(source.isSelective()).isTrue();
		assertThat(source.covers(PRICE)).isTrue();
		assertThat(source.supports(PRICE.key("BTC"))).isTrue();
		assertThat(source.supports(PRICE.key("BTD"))).isFalse();
		assertThat(source.supports(PRICE.key("ETC"))).isFalse();
		assertThat(source.supports(DEPTH.key("BTC"))).isFalse();
		assertThat(asked).containsExactly(PRICE.key("BTC"), PRICE.key("BTD"), PRICE.key("ETC"));
	}

	@Test
	void nameIsTrimmedAndMayNotBeBlank() {
		assertThat(single(" rest ").build().name()).isEqualTo("rest");
		for (String blank : new String[] { "", " ", "\t" }) {
			assertThatIllegalArgumentException().isThrownBy(() -> single(blank))
				.withMessageContaining("source name")
				.withMessageContaining("not blank");
		}
	}

	@Test
	void missingPartsAreRefusedWithTheSourcesName() {
		for (Runnable attempt : List.<Runnable>of(() -> Source.single("rest", PRICE, (ValueFetch<String>) null),
				() -> Source.single("rest", PRICE, (Fetch<String>) null), () -> Source.singleAsync("rest", PRICE, null),
				() -> Source.batch("rest", PRICE, (BatchValueFetch<String>) null),
				() -> Source.batch("rest", PRICE, (BatchFetch<String>) null),
				() -> Source.batchAsync("rest", PRICE, null),
				() -> Source.derived("rest", PRICE, (key) -> List.of(), (ValueDerivation<String>) null),
				() -> Source.derived("rest", PRICE, null, (key, values) -> "x"),
				() -> Source.single("rest", null, (ResourceKey<String> key) -> "x"))) {
			assertThatExceptionOfType(NullPointerException.class).isThrownBy(attempt::run)
				.withMessageContaining("rest")
				.withMessageContaining("(expected: ");
		}
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> single("rest").supports(null))
			.withMessage("supports");
	}

	@Test
	void builderMakesSourcesThatDoNotChangeWithIt() {
		SingleSource.Builder<String> builder = single("rest");
		Source first = builder.priority(1).build();
		Source second = builder.priority(2).alsoFor(DEPTH).build();
		assertThat(first.settings().priority()).isEqualTo(1);
		assertThat(first.covers(DEPTH)).isFalse();
		assertThat(second.covers(DEPTH)).isTrue();
	}

	@Test
	void sourceWithOtherSettingsIsOtherwiseTheSame() throws Exception {
		SingleSource source = single("rest").supports((key) -> true).build();
		SingleSource changed = source.with(source.settings().with((values) -> values.priority(9)));
		assertThat(changed.settings().priority()).isEqualTo(9);
		assertThat(source.settings().priority()).isZero();
		assertThat(changed.name()).isEqualTo("rest");
		assertThat(changed.isSelective()).isTrue();
		assertThat(changed.fetch(PRICE.key("x"), NO_CONTEXT).value()).isEqualTo("price of x");
	}

	@Test
	void bareValueBecomesAPayload() throws Exception {
		Payload<?> payload = single("rest").build().fetch(PRICE.key("x"), NO_CONTEXT);
		assertThat(payload.kind()).isEqualTo(Payload.Kind.VALUE);
		assertThat(payload.value()).isEqualTo("price of x");
		assertThat(payload.observedAt()).isNull();
	}

	@Test
	void nullInPlaceOfABareValueIsAgainstTheProtocol() {
		SingleSource source = Source.single("rest", PRICE, (ResourceKey<String> key) -> null).build();
		assertThatExceptionOfType(SourceProtocolException.class)
			.isThrownBy(() -> source.fetch(PRICE.key("x"), NO_CONTEXT))
			.withMessageContaining("null")
			.withMessageContaining("Payload.absent()");
		DerivedSource derived = Source.derived("sum", PRICE, (key) -> List.of(), (key, values) -> null).build();
		assertThatExceptionOfType(SourceProtocolException.class)
			.isThrownBy(() -> derived.derive(PRICE.key("x"), null, NO_CONTEXT));
	}

	@Test
	void batchHandsItsKeysToTheFunctionAndItsAnswerBack() throws Exception {
		BatchSource source = Source
			.batch("rest", PRICE, (List<ResourceKey<String>> keys) -> Map.of(keys.getFirst(), "one"))
			.build();
		Map<?, ?> answer = source.fetch(List.of(PRICE.key("x"), PRICE.key("y")), NO_CONTEXT);
		assertThat(answer.get(PRICE.key("x"))).isEqualTo("one");
		assertThat(answer).hasSize(1);
	}

	@Test
	void derivedSourceNamesItsDependenciesAndIsNonBlocking() throws Exception {
		DerivedSource source = Source
			.derived("sum", PRICE, (key) -> List.of(DEPTH.key(key.subject())), (key, values) -> "derived")
			.build();
		assertThat(source.settings().blocking()).isEqualTo(BlockingDeclaration.NON_BLOCKING);
		assertThat(List.<Object>copyOf(source.dependencies(PRICE.key("x")))).containsExactly(DEPTH.key("x"));
		assertThat(source.derive(PRICE.key("x"), null, NO_CONTEXT).value()).isEqualTo("derived");
	}

	@Test
	void asynchronousSourceIsNonBlockingAndAwaited() throws Exception {
		SingleSource single = Source
			.singleAsync("rest", PRICE, (key, context) -> CompletableFuture.completedFuture(Payload.of("x")))
			.build();
		assertThat(single.settings().blocking()).isEqualTo(BlockingDeclaration.NON_BLOCKING);
		assertThat(single.fetch(PRICE.key("x"), NO_CONTEXT).value()).isEqualTo("x");
		BatchSource batch = Source
			.batchAsync("rest", PRICE,
					(keys, context) -> CompletableFuture.completedFuture(Map.of(keys.getFirst(), Payload.of("x"))))
			.build();
		assertThat(batch.settings().blocking()).isEqualTo(BlockingDeclaration.NON_BLOCKING);
		assertThat(batch.fetch(List.of(PRICE.key("x")), NO_CONTEXT)).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void failureOfAStageIsThrownAsWhatItWas(boolean wrapped) {
		for (Throwable cause : List.of(new java.io.IOException("down"), new IllegalStateException("broken"),
				new AssertionError("wrong"))) {
			SingleSource source = Source
				.singleAsync("rest", PRICE,
						(key, context) -> CompletableFuture
							.<Payload<String>>failedFuture(wrapped ? new CompletionException(cause) : cause)
							.thenApply((same) -> same))
				.build();
			assertThatExceptionOfType(cause.getClass()).isThrownBy(() -> source.fetch(PRICE.key("x"), NO_CONTEXT))
				.isSameAs(cause);
		}
	}

	@Test
	void nullInPlaceOfAStageIsAgainstTheProtocol() {
		SingleSource source = Source.<String>singleAsync("rest", PRICE, (key, context) -> null).build();
		assertThatExceptionOfType(SourceProtocolException.class)
			.isThrownBy(() -> source.fetch(PRICE.key("x"), NO_CONTEXT))
			.withMessageContaining("CompletionStage");
	}

	@Test
	void interruptedCallCancelsItsStage() {
		CompletableFuture<Payload<String>> stage = new CompletableFuture<>();
		SingleSource source = Source.singleAsync("rest", PRICE, (key, context) -> stage).build();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class)
			.isThrownBy(() -> source.fetch(PRICE.key("x"), NO_CONTEXT));
		assertThat(stage).isCancelled();
	}

	@Test
	void kindsOfSourcesSayWhatTheyAre() {
		assertThat(single("rest").build()).hasToString("single source \"rest\"");
		assertThat(Source.batch("rest", PRICE, (List<ResourceKey<String>> keys) -> Map.of()).build())
			.hasToString("batch source \"rest\"");
		assertThat(Source.derived("sum", PRICE, (key) -> List.of(), (key, values) -> "x").build())
			.hasToString("derived source \"sum\"");
	}

	@Test
	void guaranteeFollowsFromWhatTheSourceDeclares() {
		Duration second = Duration.ofSeconds(1);
		Duration less = second.minusNanos(1);
		assertGuarantee(single("s"), TimeoutGuarantee.Status.UNDECLARED, false);
		assertGuarantee(single("s").timeout(second), TimeoutGuarantee.Status.UNDECLARED, false);
		assertGuarantee(single("s").nonBlocking(), TimeoutGuarantee.Status.NON_BLOCKING, true);
		assertGuarantee(single("s").inline().timeout(second), TimeoutGuarantee.Status.NON_BLOCKING, true);
		assertGuarantee(single("s").blocking().timeout(second), TimeoutGuarantee.Status.UNSAFE_TIMEOUT_MISSING, false);
		assertGuarantee(single("s").blocking().transportTimeout(second), TimeoutGuarantee.Status.PROTECTED, true);
		assertGuarantee(single("s").transportTimeout(second), TimeoutGuarantee.Status.PROTECTED, true);
		assertGuarantee(single("s").transportTimeout(less).timeout(second), TimeoutGuarantee.Status.PROTECTED, true);
		assertGuarantee(single("s").transportTimeout(second).timeout(second),
				TimeoutGuarantee.Status.UNSAFE_TIMEOUT_NOT_WITHIN_SOURCE, false);
		assertGuarantee(single("s").transportTimeout(second).timeout(less),
				TimeoutGuarantee.Status.UNSAFE_TIMEOUT_NOT_WITHIN_SOURCE, false);
	}

	private static void assertGuarantee(SingleSource.Builder<String> builder, TimeoutGuarantee.Status status,
			boolean safe) {
		SourceSettings settings = builder.build().settings();
		TimeoutGuarantee guarantee = TimeoutGuarantee.of("s", settings);
		assertThat(guarantee)
			.isEqualTo(new TimeoutGuarantee("s", status, settings.transportTimeout(), settings.timeout()));
		assertThat(guarantee.safe()).isEqualTo(safe);
	}

	private static SingleSource.Builder<String> single(String name) {
		return Source.single(name, PRICE, (ResourceKey<String> key) -> "price of " + key.subject());
	}

}
