package io.coalestra.internal.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.coalestra.cache.Revision;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.Participants;
import io.coalestra.policy.PolicyViolation;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Compares when the values of a snapshot were observed. Ties go to the first key of the
 * request.
 */
public final class ConsistencyCheck {

	private final SnapshotRequest request;

	private final ConsistencyPolicy policy;

	private final Candidates candidates;

	private int oldest = -1;

	private int newest = -1;

	/**
	 * Compares values.
	 * @param request what was asked for
	 * @param policy how far apart the values may be
	 * @param candidates the values
	 */
	public ConsistencyCheck(SnapshotRequest request, ConsistencyPolicy policy, Candidates candidates) {
		this.request = request;
		this.policy = policy;
		this.candidates = candidates;
		for (int i = 0; i < participants(); i++) {
			if (takesPart(i)) {
				this.oldest = (this.oldest < 0 || observedAt(i) < observedAt(this.oldest)) ? i : this.oldest;
				this.newest = (this.newest < 0 || observedAt(i) > observedAt(this.newest)) ? i : this.newest;
			}
		}
	}

	private int participants() {
		return (this.policy.participants() == Participants.ALL) ? this.request.keys().size()
				: this.request.requiredCount();
	}

	private boolean takesPart(int position) {
		Revision<?> revision = this.candidates.at(position);
		return revision != null && !revision.isAbsent();
	}

	private long observedAt(int position) {
		return Objects.requireNonNull(this.candidates.at(position)).provenance().observedAt();
	}

	/**
	 * Returns whether the values are close enough together.
	 * @return true if they are, as fewer than two always are
	 */
	public boolean isMet() {
		return this.oldest < 0 || skew() <= TimeSource.toNanos(this.policy.maxSkew());
	}

	private long skew() {
		return TimeSource.minus(observedAt(this.newest), observedAt(this.oldest));
	}

	/**
	 * Describes how far apart the values are.
	 * @return the violation, or null when there is none
	 */
	public PolicyViolation.@Nullable Skewed violation() {
		if (isMet()) {
			return null;
		}
		List<ResourceKey<?>> compared = new ArrayList<>();
		for (int i = 0; i < participants(); i++) {
			if (takesPart(i)) {
				compared.add(this.request.keys().get(i));
			}
		}
		return new PolicyViolation.Skewed(ResourceKeys.of(compared), this.request.keys().get(this.oldest),
				TimeSource.toInstant(observedAt(this.oldest)), this.request.keys().get(this.newest),
				TimeSource.toInstant(observedAt(this.newest)), Duration.ofNanos(skew()), this.policy.maxSkew());
	}

	/**
	 * Returns before which moment a value lags behind the newest.
	 * @return nanoseconds since the epoch; a value of this very moment does not
	 */
	public long lagsBefore() {
		return TimeSource.minus(observedAt(this.newest), TimeSource.toNanos(this.policy.maxSkew()));
	}

	/**
	 * Finds the values that lag behind the newest.
	 * @return their positions; empty when the policy is met
	 */
	public List<Integer> lagging() {
		List<Integer> lagging = new ArrayList<>();
		if (!isMet()) {
			for (int i = 0; i < participants(); i++) {
				if (takesPart(i) && observedAt(i) < lagsBefore()) {
					lagging.add(i);
				}
			}
		}
		return lagging;
	}

}
