package io.coalestra.tier;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InMemoryTierTests extends SharedTierContract {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final InMemoryTier tier = new InMemoryTier(this.time);

	@Override
	protected SharedTier tier() {
		return this.tier;
	}

	@Override
	protected SharedTier otherNode() {
		return this.tier;
	}

	@Override
	protected boolean eventually(BooleanSupplier condition) {
		for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
			this.time.advance(Duration.ofMillis(10));
		}
		return condition.getAsBoolean();
	}

	@Test
	void aFillThatBeganBeforeTheContentsWereLostIsRefused() {
		FillToken before = read(key("a")).token();
		this.tier.lose();
		assertThat(write(new TierWrite.Fill(key("a"), content(0, 1, "v"), before, Duration.ofMinutes(1))).status())
			.isEqualTo(WriteStatus.IGNORED_INVALIDATED);
	}

	@Test
	void aRemovalOutlivesEveryFillThatBeganBeforeIt() {
		FillToken before = read(key("a")).token();
		write(new TierWrite.Invalidation(key("a"), Duration.ofMillis(1)));
		for (int second = 0; second < 200; second++) {
			this.time.advance(Duration.ofSeconds(1));
			assertThat(write(new TierWrite.Fill(key("a"), content(0, 1, "v"), before, Duration.ofMinutes(1))).status())
				.isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		}
	}

	@Test
	void aRemovalIsForgottenWhenNoFillCanComeAnyMoreThatItWouldRefuse() {
		write(new TierWrite.Invalidation(key("a"), Duration.ofMillis(1)));
		write(new TierWrite.Update(key("a"), content(0, 1, "v"), WriteRule.MONOTONIC, Duration.ofMillis(1)));
		this.time.advance(this.tier.longestFill().plusSeconds(9));
		assertThat(read(key("a")).token().mark()).isNotZero();
		this.time.advance(Duration.ofSeconds(1));
		assertThat(read(key("a")).token().mark()).isZero();
	}

	@Test
	void aListenerThatSendsIsToldOfItAfterwards() {
		Hearer hearer = new Hearer();
		this.tier.subscribe(hearer);
		this.tier.subscribe(new TierListener() {

			@Override
			public void received(byte[] message) {
				if (message.length == 1) {
					assertThat(InMemoryTierTests.this.tier.send(new byte[] { 'b', 'b' })).isCompleted();
				}
			}

			@Override
			public void subscribed() {
			}

			@Override
			public void interrupted() {
			}

		});
		get(this.tier.send(new byte[] { 'a' }));
		assertThat(hearer.heard).containsExactly("a", "bb");
	}

	@Test
	void aClosedTierTellsNobodyAnything() {
		Hearer hearer = new Hearer();
		this.tier.subscribe(hearer);
		this.tier.close();
		get(this.tier.send(new byte[] { 'a' }));
		assertThat(hearer.heard).isEmpty();
		assertThat(get(this.tier.write(List
			.of(new TierWrite.Update(key("a"), content(0, 1, "v"), WriteRule.MONOTONIC, Duration.ofSeconds(1))))))
			.hasSize(1);
	}

}
