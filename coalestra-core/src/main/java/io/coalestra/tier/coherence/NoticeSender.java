package io.coalestra.tier.coherence;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * Sends this node's notices, numbered and in order.
 *
 * <p>
 * One thread at a time sends, and touches the number; whoever has something to send while
 * another does leaves it to that one. Never blocks.
 */
final class NoticeSender {

	private final TierGate gate;

	private final String topic;

	private final String node;

	private final UntoldChanges untold;

	private final Runnable whenTaken;

	// How often sending was asked for; whoever takes it up from zero sends.
	private final AtomicInteger wanted = new AtomicInteger();

	// Touched by whoever sends.
	private long sequence;

	// Raised by anyone before sending is asked for, lowered by whoever sends.
	private volatile boolean heartbeatDue = true;

	private volatile @Nullable CompletableFuture<Void> farewellDue;

	private final LongAdder told = new LongAdder();

	private final LongAdder failed = new LongAdder();

	/**
	 * Makes a sender.
	 * @param gate the way to the tier
	 * @param topic what the notices are about
	 * @param node this node's name
	 * @param untold what is to be told
	 * @param whenTaken is run when the tier has taken something
	 */
	NoticeSender(TierGate gate, String topic, String node, UntoldChanges untold, Runnable whenTaken) {
		this.gate = gate;
		this.topic = topic;
		this.node = node;
		this.untold = untold;
		this.whenTaken = whenTaken;
	}

	/**
	 * Sends what there is.
	 */
	void send() {
		if (this.wanted.getAndIncrement() != 0) {
			return;
		}
		int taken;
		do {
			taken = this.wanted.get();
			sendAll();
		}
		while (this.wanted.addAndGet(-taken) != 0);
	}

	/**
	 * Sends what there is, and that this node is there.
	 */
	void sendHeartbeat() {
		this.heartbeatDue = true;
		send();
	}

	/**
	 * Sends what there is, and that this node goes.
	 * @return completed when the tier has answered to the farewell
	 */
	CompletableFuture<Void> sendFarewell() {
		CompletableFuture<Void> answered = new CompletableFuture<>();
		this.farewellDue = answered;
		send();
		return answered;
	}

	private void sendAll() {
		if (this.untold.takeDropped()) {
			// A number that nobody hears, for what nobody will hear.
			this.sequence++;
			this.heartbeatDue = true;
		}
		boolean isTaken = sendChanges();
		if (isTaken && this.heartbeatDue) {
			this.heartbeatDue = false;
			var unused = send(new Notice(this.topic, this.node, Notice.Kind.HEARTBEAT, this.sequence, List.of()));
		}
		CompletableFuture<Void> farewell = this.farewellDue;
		if (farewell != null) {
			this.farewellDue = null;
			// What stays untold makes a gap.
			this.sequence += (this.untold.size() > 0) ? 1 : 0;
			var unused = send(new Notice(this.topic, this.node, Notice.Kind.FAREWELL, this.sequence, List.of()))
				.thenAccept((answer) -> farewell.complete(null));
		}
	}

	// Returns false where the tier is known not to have taken them.
	private boolean sendChanges() {
		List<TierChange> changes = this.untold.take();
		while (!changes.isEmpty()) {
			long next = this.sequence + 1;
			var asked = send(new Notice(this.topic, this.node, Notice.Kind.CHANGES, next, changes));
			TierAnswer.Reason withheld = (asked.isDone() && asked.join() instanceof TierAnswer.Withheld<?> answer)
					? answer.reason() : null;
			// What may have been heard keeps its number, and is told again under another.
			this.sequence = (withheld == TierAnswer.Reason.CIRCUIT_OPEN) ? this.sequence : next;
			if (withheld != null) {
				return false;
			}
			changes = this.untold.take();
		}
		return true;
	}

	private CompletableFuture<TierAnswer<Integer>> send(Notice notice) {
		byte[] message = NoticeFormat.encode(notice);
		var asked = this.gate.write((tier) -> tier.send(message).thenApply((done) -> message.length));
		var unused = asked.thenAccept((answer) -> ended(notice, answer));
		return asked;
	}

	private void ended(Notice notice, TierAnswer<Integer> answer) {
		if (answer instanceof TierAnswer.Withheld<?>) {
			this.untold.add(notice.changes());
			this.failed.increment();
			return;
		}
		this.told.add(notice.changes().size());
		this.whenTaken.run();
	}

	long told() {
		return this.told.sum();
	}

	long failed() {
		return this.failed.sum();
	}

}
