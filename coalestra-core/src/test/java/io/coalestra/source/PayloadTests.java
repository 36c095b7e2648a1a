package io.coalestra.source;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a source answers for one key.
 */
class PayloadTests {

	@Test
	void valueAloneSaysNothingElse() {
		Payload<String> payload = Payload.of("x");
		assertThat(payload.kind()).isEqualTo(Payload.Kind.VALUE);
		assertThat(payload.value()).isEqualTo("x");
		assertThat(payload.observedAt()).isNull();
		assertThat(payload.version()).isNull();
		assertThat(payload.ttl()).isNull();
		assertThat(payload.maxStale()).isNull();
		assertThat(payload.metadata()).isEmpty();
		assertThat(payload.tags()).isEmpty();
	}

	@Test
	void absentAndNotModifiedHoldNoValue() {
		assertThat(Payload.absent().kind()).isEqualTo(Payload.Kind.ABSENT);
		assertThat(Payload.absent().value()).isNull();
		assertThat(Payload.notModified().kind()).isEqualTo(Payload.Kind.NOT_MODIFIED);
		assertThat(Payload.notModified().value()).isNull();
	}

	@Test
	void everythingSaidIsKeptTogetherAndTheOriginalStaysAsItWas() {
		Payload<String> bare = Payload.of("x");
		Payload<String> full = bare.observedAt(Instant.EPOCH)
			.version("etag")
			.freshFor(Duration.ofSeconds(1))
			.usableFor(Duration.ofSeconds(2))
			.metadata("a", 1)
			.metadata("b", 2)
			.tags("t", "u")
			.tags("t", "v");
		assertThat(full.value()).isEqualTo("x");
		assertThat(full.observedAt()).isEqualTo(Instant.EPOCH);
		assertThat(full.version()).isEqualTo("etag");
		assertThat(full.ttl()).isEqualTo(Duration.ofSeconds(1));
		assertThat(full.maxStale()).isEqualTo(Duration.ofSeconds(2));
		assertThat(full.metadata()).containsEntry("a", 1).containsEntry("b", 2).hasSize(2);
		assertThat(full.tags()).containsExactly("t", "u", "v");
		assertThat(bare.metadata()).isEmpty();
		assertThat(bare.tags()).isEmpty();
		assertThat(bare.version()).isNull();
	}

	@Test
	void absentAndNotModifiedMaySayWhenAndForHowLong() {
		Payload<String> absent = Payload.<String>absent().observedAt(Instant.EPOCH).freshFor(Duration.ZERO);
		assertThat(absent.kind()).isEqualTo(Payload.Kind.ABSENT);
		assertThat(absent.ttl()).isZero();
		assertThat(Payload.notModified().freshFor(Duration.ofSeconds(1)).kind()).isEqualTo(Payload.Kind.NOT_MODIFIED);
		assertThat(Payload.absent().ttl()).isNull();
	}

	@Test
	void metadataAndTagsCannotBeChangedFromOutside() {
		Payload<String> payload = Payload.of("x").metadata("a", 1).tags("t");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> payload.metadata().put("b", 2));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> payload.tags().add("u"));
	}

	@Test
	void badPartsAreRefused() {
		Payload<String> payload = Payload.of("x");
		Duration negative = Duration.ofNanos(-1);
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> Payload.of(null))
			.withMessageContaining("Payload.absent()");
		assertThatIllegalArgumentException().isThrownBy(() -> payload.version(" ")).withMessageContaining("version");
		assertThatIllegalArgumentException().isThrownBy(() -> payload.tags("a", "")).withMessageContaining("tag");
		assertThatIllegalArgumentException().isThrownBy(() -> payload.freshFor(negative))
			.withMessageContaining("freshFor");
		assertThatIllegalArgumentException().isThrownBy(() -> payload.usableFor(negative))
			.withMessageContaining("usableFor");
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> payload.metadata(null, 1))
			.withMessage("name");
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> payload.metadata("a", null))
			.withMessage("entry");
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> payload.observedAt(null))
			.withMessage("observedAt");
	}

}
