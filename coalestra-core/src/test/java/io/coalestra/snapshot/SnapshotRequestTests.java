package io.coalestra.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a request is made of, and what it refuses.
 */
class SnapshotRequestTests {

	private static final ResourceType<String> TYPE = ResourceType.of("a", "b", String.class);

	private static final ResourceKey<String> ONE = TYPE.key(1);

	private static final ResourceKey<String> TWO = TYPE.key(2);

	private static final ResourceKey<String> THREE = TYPE.key(3);

	@Test
	void requiredKeysComeBeforeOptionalOnesInTheirOrder() {
		SnapshotRequest request = SnapshotRequest.require(THREE, ONE).optional(TWO);
		assertThat(request.keys()).containsExactly(THREE, ONE, TWO);
		assertThat(request.requiredCount()).isEqualTo(2);
		assertThat(request.isRequired(ONE)).isTrue();
		assertThat(request.isRequired(TWO)).isFalse();
		assertThat(request.isRequired(TYPE.key(4))).isFalse();
		assertThat(request).hasToString("SnapshotRequest[2 required, 1 optional]");
	}

	@Test
	void duplicatesInAGroupCollapseOntoTheirFirstPosition() {
		SnapshotRequest request = SnapshotRequest.require(ONE, TWO, ONE).optional(THREE, THREE);
		assertThat(request.keys()).containsExactly(ONE, TWO, THREE);
		assertThat(request.requiredCount()).isEqualTo(2);
		assertThat(SnapshotRequest.prefer(ONE, TWO, ONE).optional(TWO, THREE).keys()).containsExactly(ONE, TWO, THREE);
	}

	@Test
	void keyInBothGroupsIsRefusedByName() {
		SnapshotRequest request = SnapshotRequest.require(ONE, TWO);
		assertThatIllegalArgumentException().isThrownBy(() -> request.optional(THREE, TWO))
			.withMessageContaining("a:b:2")
			.satisfies((refusal) -> assertThat(refusal.getMessage()).doesNotContain("a:b:3"));
	}

	@Test
	void requestForNothingIsRefused() {
		for (Runnable attempt : List.<Runnable>of(SnapshotRequest::require, () -> SnapshotRequest.require(List.of()),
				SnapshotRequest::prefer, () -> SnapshotRequest.prefer(List.of()))) {
			assertThatIllegalArgumentException().isThrownBy(attempt::run).withMessageContaining("at least one");
		}
	}

	@Test
	void noMoreOptionalKeysAreLegal() {
		assertThat(SnapshotRequest.require(ONE).optional().keys()).containsExactly(ONE);
	}

	@Test
	void preferredKeysAreAllOptional() {
		SnapshotRequest request = SnapshotRequest.prefer(ONE, TWO);
		assertThat(request.requiredCount()).isZero();
		assertThat(request.isRequired(ONE)).isFalse();
	}

	@Test
	void requestThatStatesNothingLeavesAllToThePolicies() {
		SnapshotRequest request = SnapshotRequest.require(ONE);
		assertThat(request.deadline()).isNull();
		assertThat(request.softDeadline()).isNull();
		assertThat(request.maxAge()).isNull();
		assertThat(request.cacheUse()).isEqualTo(SnapshotRequest.CacheUse.READ);
		assertThat(request.metadata()).isEmpty();
		assertThat(request.snapshotId()).isNull();
		assertThat(request.acceptsCached()).isTrue();
	}

	@Test
	void everythingStatedIsKeptTogetherAndTheOriginalStaysAsItWas() {
		SnapshotRequest bare = SnapshotRequest.require(ONE);
		SnapshotRequest full = bare.deadline(Duration.ofSeconds(3))
			.softDeadline(Duration.ofSeconds(1))
			.maxAge(Duration.ZERO)
			.bypassCache()
			.metadata("a", 1)
			.metadata("b", 2)
			.snapshotId("id")
			.optional(TWO);
		assertThat(full.deadline()).isEqualTo(Duration.ofSeconds(3));
		assertThat(full.softDeadline()).isEqualTo(Duration.ofSeconds(1));
		assertThat(full.maxAge()).isZero();
		assertThat(full.cacheUse()).isEqualTo(SnapshotRequest.CacheUse.BYPASS);
		assertThat(full.metadata()).containsEntry("a", 1).containsEntry("b", 2);
		assertThat(full.snapshotId()).isEqualTo("id");
		assertThat(full.keys()).containsExactly(ONE, TWO);
		assertThat(full.acceptsCached()).isFalse();
		assertThat(bare.deadline()).isNull();
		assertThat(bare.metadata()).isEmpty();
		assertThat(bare.keys()).containsExactly(ONE);
	}

	@Test
	void cachedValuesAreNotTakenAsTheyAreWhenTheirAgeIsLimitedOrTheCachePassedBy() {
		assertThat(SnapshotRequest.require(ONE).maxAge(Duration.ofDays(1)).acceptsCached()).isFalse();
		assertThat(SnapshotRequest.require(ONE).bypassCache().acceptsCached()).isFalse();
	}

	@Test
	void badLimitsAreRefusedWithTheirName() {
		SnapshotRequest request = SnapshotRequest.require(ONE);
		for (Duration span : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
			assertThatIllegalArgumentException().isThrownBy(() -> request.deadline(span))
				.withMessage("deadline: " + span + " (expected: more than zero)");
			assertThatIllegalArgumentException().isThrownBy(() -> request.softDeadline(span))
				.withMessage("softDeadline: " + span + " (expected: more than zero)");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> request.maxAge(Duration.ofNanos(-1)))
			.withMessageContaining("maxAge");
		assertThatIllegalArgumentException().isThrownBy(() -> request.snapshotId(" "))
			.withMessageContaining("snapshotId");
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> request.metadata("a", null))
			.withMessage("value");
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> request.metadata(null, 1))
			.withMessage("name");
	}

	@Test
	void changingWhatWasHandedInChangesNothing() {
		List<ResourceKey<?>> keys = new ArrayList<>(List.of(ONE));
		SnapshotRequest request = SnapshotRequest.require(keys);
		keys.clear();
		assertThat(request.keys()).containsExactly(ONE);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> request.metadata("a", 1).metadata().clear());
	}

}
