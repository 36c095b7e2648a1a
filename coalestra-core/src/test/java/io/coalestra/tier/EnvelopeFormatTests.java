package io.coalestra.tier;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.ResourceVersion;
import io.coalestra.cache.WriteRule;
import io.coalestra.key.ResourceType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EnvelopeFormatTests {

	private static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	private final EnvelopeFormat format = new EnvelopeFormat(10_000, 500);

	private static Envelope envelope(byte[] payload) {
		return new Envelope("market:price", "json", "rest", new ResourceVersion("node-a", 17, "etag"), 123, 456,
				Duration.ofSeconds(3), null, Set.of("x", "y"),
				List.of(new DependencyVersion(PRICE.key("BTC"), new ResourceVersion("node-b", 4, null))),
				(payload != null) ? new Envelope.Body(payload) : null);
	}

	@Test
	void anEnvelopeIsReadBackAsItWas() {
		for (byte[] payload : new byte[][] { {}, "{}".getBytes(StandardCharsets.UTF_8), new byte[5000] }) {
			byte[] bytes = this.format.encode(envelope(payload));
			assertThat(this.format.decode(bytes)).isEqualTo(envelope(payload));
		}
	}

	@Test
	void whatWasForcedSaysSo() {
		Envelope plain = envelope(null);
		Envelope forced = new Envelope(plain.type(), plain.codec(), plain.source(), plain.version(), plain.observedAt(),
				plain.since(), plain.ttl(), plain.maxStale(), plain.tags(), plain.dependencies(), plain.payload(),
				WriteRule.FORCE);
		assertThat(plain.rule()).isEqualTo(WriteRule.MONOTONIC);
		assertThat(this.format.decode(this.format.encode(forced))).isEqualTo(forced);
	}

	@Test
	void anAbsentResourceTravelsWithoutAPayload() {
		Envelope read = this.format.decode(this.format.encode(envelope(null)));
		assertThat(read).isEqualTo(envelope(null));
		assertThat(read.isAbsent()).isTrue();
	}

	@Test
	void aLargePayloadIsDeflatedWhereThatHelps() {
		byte[] noise = new byte[5000];
		new SplittableRandom(1).nextBytes(noise);
		assertThat(this.format.encode(envelope(new byte[5000]))).hasSizeLessThan(500);
		assertThat(this.format.encode(envelope(noise))).hasSizeGreaterThan(5000);
		assertThat(this.format.decode(this.format.encode(envelope(noise)))).isEqualTo(envelope(noise));
	}

	@Test
	void aPayloadOverTheLimitIsNotWritten() {
		assertThat(this.format.encode(envelope(new byte[10_000]))).isNotNull();
		assertThat(this.format.encode(envelope(new byte[10_001]))).isNull();
	}

	@Test
	void whatInflatesBeyondTheLimitIsAMiss() {
		byte[] bomb = new EnvelopeFormat(1_000_000, 0).encode(envelope(new byte[1_000_000]));
		assertThat(bomb).hasSizeLessThan(10_000);
		assertThat(this.format.decode(bomb)).isNull();
	}

	@Test
	void unknownFieldsArePassedOver() {
		ByteArrayOutputStream later = new ByteArrayOutputStream();
		later.writeBytes(this.format.encode(envelope(new byte[] { 1 })));
		later.writeBytes(new byte[] { 99, 0, 0, 0, 3, 1, 2, 3 });
		assertThat(this.format.decode(later.toByteArray())).isEqualTo(envelope(new byte[] { 1 }));
	}

	@Test
	void anotherSchemaIsAMiss() {
		byte[] bytes = this.format.encode(envelope(new byte[] { 1 }));
		bytes[0] = 2;
		assertThat(this.format.decode(bytes)).isNull();
	}

	@Test
	void damagedBytesNeverThrow() {
		SplittableRandom random = new SplittableRandom(20_261_121);
		List<byte[]> good = new ArrayList<>();
		good.add(this.format.encode(envelope("{\"amount\":1}".getBytes(StandardCharsets.UTF_8))));
		good.add(this.format.encode(envelope(new byte[5000])));
		int readable = 0;
		for (int i = 0; i < 20_000; i++) {
			byte[] damaged = good.get(random.nextInt(good.size())).clone();
			for (int hits = random.nextInt(1, 4); hits > 0; hits--) {
				damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
			}
			if (random.nextInt(3) == 0) {
				damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length + 20));
			}
			readable += (this.format.decode(damaged) != null) ? 1 : 0;
		}
		assertThat(readable).isBetween(1, 19_999);
	}

	@Test
	void boundsAreChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> new EnvelopeFormat(0, 1))
			.withMessage("maxPayloadBytes: 0 (expected: 1 or more)");
		assertThatIllegalArgumentException().isThrownBy(() -> new EnvelopeFormat(1, -1))
			.withMessage("deflateFrom: -1 (expected: 0 or more)");
	}

}
