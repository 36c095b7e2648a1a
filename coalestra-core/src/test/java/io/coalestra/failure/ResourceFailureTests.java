package io.coalestra.failure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Failures as data: bounded text, whatever was thrown.
 */
class ResourceFailureTests {

	private static final ResourceKey<String> KEY = ResourceType.of("market", "price", String.class).key("BTC");

	@Test
	void messageNamesTheKeyWhatHappenedAndEachSource() {
		ResourceFailure failure = ResourceFailure.of(KEY, ResourceFailure.Kind.SOURCES_FAILED,
				List.of(SourceFailure.of("stream", FailureReason.CIRCUIT_OPEN, "open for 3 s", 0),
						SourceFailure.of("rest", new IllegalStateException("broken"), 2)));
		assertThat(failure.message()).isEqualTo("market:price:BTC: every source failed "
				+ "[stream: CircuitOpen: open for 3 s; rest: IllegalStateException: broken]");
	}

	@Test
	void messageWithoutSourcesIsTheSentenceAlone() {
		assertThat(ResourceFailure.of(KEY, ResourceFailure.Kind.UNSUPPORTED, List.of()).message())
			.isEqualTo("market:price:BTC: no source supports this key");
	}

	@ParameterizedTest
	@CsvSource({ "3,0", "4,1", "50,47" })
	void messageShowsThreeSourcesAndCountsTheRest(int sources, int more) {
		ResourceFailure failure = ResourceFailure.of(KEY, ResourceFailure.Kind.SOURCES_FAILED,
				IntStream.range(0, sources)
					.mapToObj((i) -> SourceFailure.of("s" + i, FailureReason.SOURCE_TIMEOUT, "late", 1))
					.toList());
		assertThat(failure.message()).contains("s0: ", "s1: ", "s2: ").doesNotContain("s3: ");
		if (more > 0) {
			assertThat(failure.message()).endsWith("; +" + more + " more]");
		}
		else {
			assertThat(failure.message()).doesNotContain("more");
		}
	}

	@Test
	void textOfThreeHundredCharactersIsKeptAndALongerOneCut() {
		assertThat(message("x".repeat(300))).hasSize(300).doesNotContain(".");
		assertThat(message("x".repeat(301))).hasSize(300).endsWith("xxx...");
		assertThat(message("x ".repeat(10_000_000))).hasSizeLessThanOrEqualTo(300).endsWith("...");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "a  b|a b", "' a '|a", "'a\nb\r\n\tc'|a b c", "'a\u2003\u2003b'|a b",
			"'a\u00a0b'|a b", "'a\u2028b'|a b", "'a\u0000\u001Bb'|a b", "'a\u0085b'|a b", "a b|a b" })
	void whitespaceAndControlCharactersCollapseToOneSpace(String text, String expected) {
		assertThat(message(text)).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n\n", "\u0000", "\u2003" })
	void emptyTextSaysThatThereIsNone(String text) {
		assertThat(message(text)).isEqualTo("no message");
		assertThat(new ResourceFailure(KEY, ResourceFailure.Kind.ABSENT, List.of(), text).detail())
			.isEqualTo("no message");
	}

	@Test
	void cutNeverTearsACharacterApart() {
		for (int shift = 0; shift < 4; shift++) {
			String message = message("x".repeat(shift) + "\uD83D\uDE00".repeat(400));
			assertThat(message).hasSizeBetween(299, 300).endsWith("...");
			assertThat(message.codePoints()).noneMatch((point) -> point >= 0xD800 && point <= 0xDFFF);
		}
	}

	@Test
	void longWhitespaceBeforeTheTextDoesNotHideIt() {
		assertThat(message(" ".repeat(1_000_000) + "text")).isEqualTo("text");
	}

	@Test
	void exceptionIsReportedByItsSimpleNameAndKept() {
		IllegalStateException thrown = new IllegalStateException();
		SourceFailure failure = SourceFailure.of("rest", thrown, 2);
		assertThat(failure).isEqualTo(new SourceFailure("rest", FailureReason.SOURCE_ERROR, "IllegalStateException",
				"no message", 2, thrown));
	}

	@Test
	void anonymousExceptionIsReportedByItsFullName() {
		RuntimeException anonymous = new RuntimeException("a") {
			private static final long serialVersionUID = 1L;

		};
		assertThat(SourceFailure.of("rest", anonymous, 1).errorType()).startsWith(ResourceFailureTests.class.getName());
	}

	@Test
	void exceptionThatCannotTellItsMessageIsReportedAllTheSame() {
		SourceFailure failure = SourceFailure.of("rest", new SilentException(), 1);
		assertThat(failure.errorType()).isEqualTo("SilentException");
		assertThat(failure.message()).contains("no message");
	}

	@Test
	void payloadThatCannotBeIsolatedHasAReasonOfItsOwn() {
		SourceFailure failure = SourceFailure.of("rest", new PayloadIsolationException("no", Thread.class, null), 1);
		assertThat(failure.reason()).isEqualTo(FailureReason.PAYLOAD_ISOLATION);
		assertThat(failure.errorType()).isEqualTo("PayloadIsolation");
	}

	@Test
	void deadlineIsAmongTheReasonsOfTheKeyOrOfASource() {
		SourceFailure late = SourceFailure.of("rest", FailureReason.DEADLINE_EXCEEDED, "late", 0);
		SourceFailure slow = SourceFailure.of("rest", FailureReason.SOURCE_TIMEOUT, "slow", 1);
		assertThat(ResourceFailure.of(KEY, ResourceFailure.Kind.DEADLINE_EXCEEDED, List.of()).isDeadlineExceeded())
			.isTrue();
		assertThat(
				ResourceFailure.of(KEY, ResourceFailure.Kind.SOURCES_FAILED, List.of(slow, late)).isDeadlineExceeded())
			.isTrue();
		assertThat(ResourceFailure.of(KEY, ResourceFailure.Kind.SOURCES_FAILED, List.of(slow)).isDeadlineExceeded())
			.isFalse();
	}

	@Test
	void changingTheListThatWasHandedInChangesNothing() {
		List<SourceFailure> sources = new ArrayList<>(
				List.of(SourceFailure.of("rest", FailureReason.PROTOCOL, "null", 1)));
		ResourceFailure failure = ResourceFailure.of(KEY, ResourceFailure.Kind.SOURCES_FAILED, sources);
		sources.clear();
		assertThat(failure.sources()).hasSize(1).isUnmodifiable();
	}

	@Test
	void partsMayNotBeNull() {
		assertThatExceptionOfType(NullPointerException.class)
			.isThrownBy(() -> ResourceFailure.of(null, ResourceFailure.Kind.ABSENT, List.of()))
			.withMessage("key");
		assertThatExceptionOfType(NullPointerException.class)
			.isThrownBy(() -> new ResourceFailure(KEY, null, List.of(), "detail"))
			.withMessage("kind");
		assertThatExceptionOfType(NullPointerException.class)
			.isThrownBy(() -> SourceFailure.of(null, FailureReason.PROTOCOL, "null", 1))
			.withMessage("source");
		assertThatExceptionOfType(NullPointerException.class)
			.isThrownBy(() -> new PayloadIsolationException("no", null, null))
			.withMessage("valueType");
	}

	@Test
	void wireNamesOfReasonsAreUnique() {
		assertThat(Arrays.stream(FailureReason.values()).map(FailureReason::wireName)).doesNotHaveDuplicates()
			.allMatch((name) -> name.matches("[A-Za-z]+"));
	}

	@Test
	void unavailableSourceMaySayWhenToComeBack() {
		assertThat(new SourceUnavailableException("busy", Duration.ofSeconds(3)).retryAfter())
			.contains(Duration.ofSeconds(3));
		assertThat(new SourceUnavailableException("busy").retryAfter()).isEmpty();
		assertThat(new SourceUnavailableException("busy", new IllegalStateException())).hasNoSuppressedExceptions()
			.hasCauseInstanceOf(IllegalStateException.class);
	}

	private static String message(String text) {
		return SourceFailure.of("rest", FailureReason.SOURCE_ERROR, text, 1).message();
	}

	private static final class SilentException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public String getMessage() {
			throw new IllegalStateException("cannot tell");
		}

	}

}
