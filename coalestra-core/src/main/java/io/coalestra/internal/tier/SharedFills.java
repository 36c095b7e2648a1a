package io.coalestra.internal.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.internal.flight.FillRight;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Metric;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierVersion;
import io.coalestra.tier.TierWrite;
import io.coalestra.tier.TierWriteResult;
import io.coalestra.tier.coherence.NoticeChannel;
import io.coalestra.tier.coherence.TierAnswer;
import io.coalestra.tier.coherence.TierChange;
import org.jspecify.annotations.Nullable;

/**
 * Fills the tier with what sources have given, once each, and tells nobody: unless the
 * tier had something older than this node knew of, which others may have taken from it.
 *
 * <p>
 * Values are encoded by the engine's executor, not by the thread that brought them. What
 * waits for that is bounded: beyond, and where the executor takes no more, values stay
 * local, which costs another node a read.
 */
final class SharedFills {

	private static final int MAX_WAITING = 10_000;

	private final TierServices services;

	private final SharedValues values;

	private final SeenVersions seen;

	private final SharedEra era;

	private final StoredLife life;

	// How many values wait to be encoded: counted up by whoever brings them, down by
	// whoever encodes them.
	private final AtomicInteger waiting = new AtomicInteger();

	private final LongAdder filled = new LongAdder();

	// Set once, before the first fill.
	private volatile @Nullable NoticeChannel notices;

	SharedFills(TierServices services, SharedValues values, SeenVersions seen, SharedEra era, StoredLife life) {
		this.services = services;
		this.values = values;
		this.seen = seen;
		this.era = era;
		this.life = life;
	}

	void connect(NoticeChannel channel) {
		this.notices = channel;
	}

	/**
	 * Fills.
	 * @param candidates values, each with the right to fill
	 * @return completed when the tier has answered, or is not asked
	 */
	CompletableFuture<Void> fill(List<Candidate> candidates) {
		int size = candidates.size();
		if (size == 0 || this.services.gate().isAway()) {
			return CompletableFuture.completedFuture(null);
		}
		if (this.waiting.addAndGet(size) > MAX_WAITING) {
			this.waiting.addAndGet(-size);
			count("skipped", size);
			return CompletableFuture.completedFuture(null);
		}
		CompletableFuture<Void> answered = new CompletableFuture<>();
		try {
			this.services.executor().execute(() -> encoded(candidates, answered));
		}
		catch (RuntimeException full) {
			// Full, or closed.
			this.waiting.addAndGet(-size);
			count("skipped", size);
			answered.complete(null);
		}
		return answered;
	}

	private void encoded(List<Candidate> candidates, CompletableFuture<Void> answered) {
		List<TierWrite> fills = new ArrayList<>(candidates.size());
		List<Candidate> sent = new ArrayList<>(candidates.size());
		long filledIn = this.era.current();
		try {
			for (Candidate candidate : candidates) {
				TierWrite fill = write(candidate, filledIn);
				if (fill != null) {
					fills.add(fill);
					sent.add(candidate);
				}
			}
		}
		finally {
			this.waiting.addAndGet(-candidates.size());
			send(fills, sent, filledIn, answered);
		}
	}

	private @Nullable TierWrite write(Candidate candidate, long filledIn) {
		FillRight right = candidate.right();
		// What was asked of another era has its answer from there.
		if (!right.key().equals(this.services.keys().stored(candidate.home(), filledIn))) {
			return null;
		}
		Duration kept = lifeOf(candidate);
		if (kept == null) {
			return null;
		}
		TierContent content = candidate.isGroup() ? this.values.encodeTogether(candidate.revisions())
				: this.values.encode(candidate.revisions().getFirst(), WriteRule.MONOTONIC);
		return (content != null) ? new TierWrite.Fill(right.key(), content, right.token(), kept) : null;
	}

	// A group lives as long as the member that ends first.
	private @Nullable Duration lifeOf(Candidate candidate) {
		Duration shortest = null;
		for (Revision<?> revision : candidate.revisions()) {
			Duration kept = this.life.of(revision);
			if (kept == null) {
				return null;
			}
			shortest = (shortest == null || kept.compareTo(shortest) < 0) ? kept : shortest;
		}
		return shortest;
	}

	private void send(List<TierWrite> fills, List<Candidate> sent, long filledIn, CompletableFuture<Void> answered) {
		if (fills.isEmpty()) {
			answered.complete(null);
			return;
		}
		var unused = this.services.gate().write((tier) -> tier.write(fills)).thenAccept((answer) -> {
			switch (answer) {
				case TierAnswer.Given<List<TierWriteResult>> given -> filled(sent, filledIn, given.value());
				case TierAnswer.Withheld<List<TierWriteResult>> withheld -> count("failure", fills.size());
			}
			answered.complete(null);
		});
	}

	private void filled(List<Candidate> sent, long filledIn, List<TierWriteResult> results) {
		// Versions of an era that is over say nothing about this one.
		boolean isOver = filledIn != this.era.current();
		int stored = 0;
		List<TierChange> corrected = new ArrayList<>();
		for (int i = 0; i < results.size(); i++) {
			TierVersion current = results.get(i).current();
			if (current != null && !isOver) {
				this.seen.note(sent.get(i).home(), current);
			}
			if (results.get(i).isStored()) {
				stored++;
				corrected.addAll(sent.get(i).corrections(isOver ? null : current));
			}
		}
		NoticeChannel channel = this.notices;
		if (channel != null && !corrected.isEmpty()) {
			channel.tell(corrected);
		}
		this.filled.add(stored);
		count("stored", stored);
		count("refused", results.size() - stored);
	}

	private void count(String status, int number) {
		if (number > 0) {
			this.services.signals().record(Metric.SHARED_TIER_WRITE, number, "fill", status, this.services.name());
		}
	}

	/**
	 * Returns how many fills the tier has stored.
	 * @return the number of values
	 */
	long filled() {
		return this.filled.sum();
	}

	/**
	 * What a source gave, and the tier had not: a value, or those of a group's instance.
	 *
	 * @param revisions the values, that of the member that stands for the group first
	 * @param isGroup whether they are a group's
	 * @param right the right to fill the tier with it
	 */
	record Candidate(List<Revision<?>> revisions, boolean isGroup, FillRight right) {

		ResourceKey<?> home() {
			return this.revisions.getFirst().key();
		}

		// The version of what is kept for a group says nothing of one member.
		private List<TierChange> corrections(@Nullable TierVersion version) {
			if (!this.right.isCorrection()) {
				return List.of();
			}
			return this.revisions.stream()
				.map((revision) -> new TierChange(SharedKeys.told(revision.key()), this.isGroup ? null : version))
				.toList();
		}

	}

}
