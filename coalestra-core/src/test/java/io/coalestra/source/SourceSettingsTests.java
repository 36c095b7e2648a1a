package io.coalestra.source;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Resilience;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Settings of sources: defaults, laying over, and that a bad value is refused with the
 * source, the property, the value and what is allowed.
 */
class SourceSettingsTests {

	private static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void sourceThatStatesNothingHasNoLimitsOfItsOwn() {
		SourceSettings settings = SourceSettings.defaults();
		assertThat(settings.priority()).isZero();
		assertThat(settings.timeout()).isNull();
		assertThat(settings.queueTimeout()).isNull();
		assertThat(settings.maxConcurrency()).isNull();
		assertThat(settings.adaptiveConcurrency()).isNull();
		assertThat(settings.maxBatchSize()).isNull();
		assertThat(settings.blocking()).isEqualTo(BlockingDeclaration.UNDECLARED);
		assertThat(settings.transportTimeout()).isNull();
		assertThat(settings.isInline()).isFalse();
		assertThat(settings.resilience()).isNull();
		assertThat(settings.hedgeDelay()).isNull();
		assertThat(settings.abandonedCalls()).isEqualTo(AbandonedCalls.FINISH);
		assertThat(settings.remembersSupport()).isTrue();
	}

	@Test
	void waitingForAPermitMayTakeAsLongAsTheCallUnlessStated() {
		SourceSettings settings = settings((values) -> values.timeout(SECOND));
		assertThat(settings.queueTimeout()).isEqualTo(SECOND);
		assertThat(settings.with((values) -> values.queueTimeout(SECOND.multipliedBy(2))).queueTimeout())
			.isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void layingSettingsOverOthersKeepsWhatTheyDoNotState() {
		SourceSettings code = settings(
				(values) -> values.priority(7).timeout(SECOND).maxConcurrency(3).maxBatchSize(5));
		SourceSettings laid = code.with((values) -> values.timeout(SECOND.multipliedBy(2)));
		assertThat(laid.priority()).isEqualTo(7);
		assertThat(laid.maxConcurrency()).isEqualTo(3);
		assertThat(laid.maxBatchSize()).isEqualTo(5);
		assertThat(laid.timeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(code.timeout()).isEqualTo(SECOND);
	}

	@Test
	void builderThatIsKeptCannotChangeSettingsThatWereMade() {
		SourceSettings.Builder[] kept = new SourceSettings.Builder[1];
		SourceSettings settings = settings((values) -> kept[0] = values.priority(1));
		kept[0].priority(2);
		assertThat(settings.priority()).isEqualTo(1);
	}

	@Test
	void clientsTimeLimitDeclaresTheSourceBlocking() {
		assertThat(settings((values) -> values.transportTimeout(SECOND)).blocking())
			.isEqualTo(BlockingDeclaration.BLOCKING);
	}

	@Test
	void inlineSourceIsDeclaredNonBlocking() {
		SourceSettings settings = settings(SourceSettings.Builder::inline);
		assertThat(settings.isInline()).isTrue();
		assertThat(settings.blocking()).isEqualTo(BlockingDeclaration.NON_BLOCKING);
	}

	@ParameterizedTest
	@MethodSource
	void clientsTimeLimitContradictsNotBlockingInWhicheverOrder(Consumer<SourceSettings.Builder> changes) {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(changes))
			.withMessageContaining("transportTimeout: PT1S")
			.withMessageContaining("non-blocking or inline");
	}

	static List<Consumer<SourceSettings.Builder>> clientsTimeLimitContradictsNotBlockingInWhicheverOrder() {
		return List.of((values) -> values.transportTimeout(SECOND).nonBlocking(),
				(values) -> values.nonBlocking().transportTimeout(SECOND),
				(values) -> values.transportTimeout(SECOND).inline(),
				(values) -> values.inline().transportTimeout(SECOND));
	}

	@Test
	void clientsTimeLimitOfTheConfigurationContradictsASourceThatDoesNotBlock() {
		SourceSettings code = settings(SourceSettings.Builder::nonBlocking);
		assertThatIllegalArgumentException().isThrownBy(() -> code.with((values) -> values.transportTimeout(SECOND)))
			.withMessageContaining("transportTimeout");
	}

	@Test
	void fixedLimitContradictsAnAdaptiveOneAndAllContradictionsAreTold() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> settings((values) -> values.maxConcurrency(3)
				.adaptiveConcurrency(AdaptiveConcurrency.between(1, 2))
				.transportTimeout(SECOND)
				.nonBlocking()))
			.withMessageContaining("maxConcurrency: 3")
			.withMessageContaining("transportTimeout: PT1S");
	}

	@ParameterizedTest
	@MethodSource
	void badValueIsRefusedAtOnceWithSourcePropertyValueAndWhatIsAllowed(String property, String value,
			UnaryOperator<SingleSource.Builder<String>> change) {
		SingleSource.Builder<String> builder = Source.single("rest", PRICE, (ResourceKey<String> key) -> "x");
		assertThatIllegalArgumentException().isThrownBy(() -> change.apply(builder))
			.withMessageStartingWith("source \"rest\": " + property + ": " + value + " (expected: ");
	}

	static List<Object[]> badValueIsRefusedAtOnceWithSourcePropertyValueAndWhatIsAllowed() {
		Duration negative = Duration.ofNanos(-1);
		return List.of(bad("timeout", "PT0S", (builder) -> builder.timeout(Duration.ZERO)),
				bad("timeout", "PT-0.000000001S", (builder) -> builder.timeout(negative)),
				bad("queueTimeout", "PT0S", (builder) -> builder.queueTimeout(Duration.ZERO)),
				bad("queueTimeout", "PT-0.000000001S", (builder) -> builder.queueTimeout(negative)),
				bad("transportTimeout", "PT0S", (builder) -> builder.transportTimeout(Duration.ZERO)),
				bad("hedgeAfter", "PT0S", (builder) -> builder.hedgeAfter(Duration.ZERO)),
				bad("maxConcurrency", "0", (builder) -> builder.maxConcurrency(0)),
				bad("maxConcurrency", "-3", (builder) -> builder.maxConcurrency(-3)));
	}

	private static Object[] bad(String property, String value, UnaryOperator<SingleSource.Builder<String>> change) {
		return new Object[] { property, value, change };
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1 })
	void batchSizeIsAtLeastOne(int size) {
		BatchSource.Builder<String> builder = Source.batch("rest", PRICE,
				(List<ResourceKey<String>> keys) -> java.util.Map.of());
		assertThat(builder.maxBatchSize(1).build().settings().maxBatchSize()).isEqualTo(1);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.maxBatchSize(size))
			.withMessage("source \"rest\": maxBatchSize: " + size + " (expected: 1 or more)");
	}

	@Test
	void contradictionIsRefusedWhenTheSourceIsMadeWithItsName() {
		SingleSource.Builder<String> builder = Source.single("rest", PRICE, (ResourceKey<String> key) -> "x")
			.transportTimeout(SECOND)
			.nonBlocking();
		assertThatIllegalArgumentException().isThrownBy(builder::build)
			.withMessageStartingWith("source \"rest\": transportTimeout: PT1S");
	}

	@Test
	void refusedValueLeavesTheOneBefore() {
		SingleSource.Builder<String> builder = Source.single("rest", PRICE, (ResourceKey<String> key) -> "x")
			.timeout(SECOND);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
		assertThat(builder.build().settings().timeout()).isEqualTo(SECOND);
	}

	@Test
	void nullValuesAreRefusedByName() {
		assertNullRefused("timeout", (values) -> values.timeout(null));
		assertNullRefused("queueTimeout", (values) -> values.queueTimeout(null));
		assertNullRefused("transportTimeout", (values) -> values.transportTimeout(null));
		assertNullRefused("hedgeAfter", (values) -> values.hedgeAfter(null));
		assertNullRefused("resilience", (values) -> values.resilience(null));
		assertNullRefused("abandonedCalls", (values) -> values.abandonedCalls(null));
		assertNullRefused("adaptiveConcurrency", (values) -> values.adaptiveConcurrency(null));
	}

	private static void assertNullRefused(String property, Consumer<SourceSettings.Builder> change) {
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> settings(change)).withMessage(property);
	}

	@Test
	void everySettingOfABuilderReachesTheSource() {
		AdaptiveConcurrency adaptive = AdaptiveConcurrency.between(1, 9);
		SourceSettings settings = Source.single("rest", PRICE, (ResourceKey<String> key) -> "x")
			.priority(5)
			.timeout(SECOND)
			.queueTimeout(SECOND.multipliedBy(2))
			.adaptiveConcurrency(adaptive)
			.transportTimeout(SECOND.dividedBy(2))
			.resilience(Resilience.NONE)
			.hedgeAfter(SECOND.dividedBy(4))
			.abandonedCalls(AbandonedCalls.CANCEL)
			.forgetSupport()
			.build()
			.settings();
		assertThat(settings.priority()).isEqualTo(5);
		assertThat(settings.timeout()).isEqualTo(SECOND);
		assertThat(settings.queueTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(settings.adaptiveConcurrency()).isEqualTo(adaptive);
		assertThat(settings.transportTimeout()).isEqualTo(Duration.ofMillis(500));
		assertThat(settings.resilience()).isEqualTo(Resilience.NONE);
		assertThat(settings.hedgeDelay()).isEqualTo(Duration.ofMillis(250));
		assertThat(settings.abandonedCalls()).isEqualTo(AbandonedCalls.CANCEL);
		assertThat(settings.remembersSupport()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(doubles = { 1, 0.5, 1000.0000000000001, Double.NaN, Double.POSITIVE_INFINITY })
	void toleranceOfAdaptiveConcurrencyIsAboveOneAndFinite(double tolerance) {
		assertThat(new AdaptiveConcurrency(1, 1, 1.0000000000000002).tolerance()).isGreaterThan(1);
		assertThat(new AdaptiveConcurrency(1, 1, 1000).tolerance()).isEqualTo(1000);
		assertThatIllegalArgumentException().isThrownBy(() -> new AdaptiveConcurrency(1, 2, tolerance))
			.withMessageContaining("tolerance: " + tolerance);
	}

	@Test
	void boundsOfAdaptiveConcurrencyAreInOrder() {
		assertThat(AdaptiveConcurrency.between(4, 4).maximum()).isEqualTo(4);
		assertThatIllegalArgumentException().isThrownBy(() -> AdaptiveConcurrency.between(0, 4))
			.withMessageContaining("minimum: 0");
		assertThatIllegalArgumentException().isThrownBy(() -> AdaptiveConcurrency.between(4, 3))
			.withMessageContaining("maximum: 3")
			.withMessageContaining("at least minimum 4");
	}

	private static SourceSettings settings(Consumer<SourceSettings.Builder> changes) {
		return SourceSettings.defaults().with(changes);
	}

	@Test
	void whatRunsOnTheThreadOfTheBuildCannotBeDeclaredBlocking() {
		assertThatIllegalArgumentException().isThrownBy(() -> settings((values) -> values.inline().blocking()))
			.withMessageContaining("blocking: declared (expected: not on an inline source");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> settings((values) -> values.inline().blocking().transportTimeout(SECOND)))
			.withMessageContaining("inline source");
	}

}
