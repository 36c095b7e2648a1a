package io.coalestra.tier;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.lease.Lease;
import io.coalestra.lease.Leases;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every shared tier must do. Each engine's tests extend it.
 */
public abstract class SharedTierContract {

	private static final Duration LIFE = Duration.ofMinutes(5);

	private static final Duration BRIEF = Duration.ofMillis(80);

	private static final AtomicInteger spaces = new AtomicInteger();

	private final String space = "contract-" + ProcessHandle.current().pid() + "-" + spaces.incrementAndGet();

	/**
	 * Returns the tier, as one node sees it.
	 */
	protected abstract SharedTier tier();

	/**
	 * Returns the same tier, as another node sees it.
	 */
	protected abstract SharedTier otherNode();

	/**
	 * Lets time pass until a condition holds, for ten seconds at most.
	 */
	protected abstract boolean eventually(BooleanSupplier condition);

	protected final TierKey key(String id) {
		return new TierKey(this.space, id);
	}

	protected static <T> T get(Future<T> future) {
		try {
			return future.get(60, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError("no answer of the tier", ex);
		}
	}

	protected static TierContent content(int rank, long order, String text) {
		return TierContent.of(rank, order, text.getBytes(StandardCharsets.UTF_8));
	}

	protected final TierLookup read(TierKey key) {
		return get(tier().read(List.of(key))).getFirst();
	}

	protected final TierWriteResult write(TierWrite write) {
		return get(tier().write(List.of(write))).getFirst();
	}

	private TierWriteResult update(TierKey key, int rank, long order, String text) {
		return write(new TierWrite.Update(key, content(rank, order, text), WriteRule.MONOTONIC, LIFE));
	}

	private TierWriteResult fill(TierKey key, long order, String text, FillToken token) {
		return write(new TierWrite.Fill(key, content(0, order, text), token, LIFE));
	}

	private TierWriteResult invalidate(TierKey key) {
		return write(new TierWrite.Invalidation(key, LIFE));
	}

	private String textOf(TierKey key) {
		return (read(key) instanceof TierLookup.Found found)
				? new String(found.entry().payload(), StandardCharsets.UTF_8) : "";
	}

	// --- values ---

	@Test
	void anUnknownKeyIsNothing() {
		assertThat(read(key("unknown"))).isInstanceOf(TierLookup.Nothing.class);
	}

	@Test
	void whatIsFilledIsReadByTheOtherNode() {
		TierKey key = key("filled");
		assertThat(fill(key, 7, "value", read(key).token()).isStored()).isTrue();
		TierLookup lookup = get(otherNode().read(List.of(key))).getFirst();
		assertThat(lookup).isInstanceOfSatisfying(TierLookup.Found.class, (found) -> {
			assertThat(found.entry().payload()).isEqualTo("value".getBytes(StandardCharsets.UTF_8));
			assertThat(found.entry().version()).isEqualTo(new TierVersion(0, 0, 7));
		});
	}

	@Test
	void olderNewsDoesNotReplaceNewerNews() {
		TierKey key = key("news");
		assertThat(update(key, 0, 10, "ten").isStored()).isTrue();
		TierWriteResult older = update(key, 0, 9, "nine");
		assertThat(older.status()).isEqualTo(WriteStatus.IGNORED_OLDER);
		assertThat(older.current()).isEqualTo(new TierVersion(0, 0, 10));
		assertThat(update(key, 0, 11, "eleven").isStored()).isTrue();
		assertThat(textOf(key)).isEqualTo("eleven");
	}

	@Test
	void rankCountsBeforeOrder() {
		TierKey key = key("rank");
		update(key, 5, 10, "high");
		assertThat(update(key, 4, 99, "low").status()).isEqualTo(WriteStatus.IGNORED_LOWER_AUTHORITY);
		assertThat(update(key, 6, -99, "higher").isStored()).isTrue();
		assertThat(update(key, -6, Long.MAX_VALUE, "negative").status()).isEqualTo(WriteStatus.IGNORED_LOWER_AUTHORITY);
		assertThat(textOf(key)).isEqualTo("higher");
	}

	@Test
	void ordersCompareAsWholeNumbersOfSixtyFourBits() {
		long[] rising = { Long.MIN_VALUE, -(1L << 53) - 1, -(1L << 53), -1, 0, 1, (1L << 32) - 1, 1L << 32, (1L << 53),
				(1L << 53) + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE };
		TierKey key = key("orders");
		for (int i = 0; i < rising.length; i++) {
			assertThat(update(key, -1, rising[i], "v").isStored()).as("order %d", rising[i]).isTrue();
			assertThat(update(key, -1, rising[i], "v").status()).isEqualTo(WriteStatus.IGNORED_DUPLICATE);
			if (i > 0) {
				assertThat(update(key, -1, rising[i - 1], "v").status()).isEqualTo(WriteStatus.IGNORED_OLDER);
			}
		}
	}

	@Test
	void anEqualVersionReplacesOnlyUnderTheRuleThatSaysSo() {
		TierKey key = key("equal");
		update(key, 0, 1, "first");
		assertThat(update(key, 0, 1, "second").status()).isEqualTo(WriteStatus.IGNORED_DUPLICATE);
		assertThat(write(new TierWrite.Update(key, content(0, 1, "third"), WriteRule.REPLACE_EQUAL, LIFE)).isStored())
			.isTrue();
		assertThat(textOf(key)).isEqualTo("third");
	}

	@Test
	void aForcedWriteGoesBackAndIsTheNewerVersionAllTheSame() {
		TierKey key = key("forced");
		update(key, 3, 100, "before");
		TierWriteResult forced = write(new TierWrite.Update(key, content(0, 1, "forced"), WriteRule.FORCE, LIFE));
		assertThat(forced.isStored()).isTrue();
		assertThat(forced.current()).isGreaterThan(new TierVersion(0, 3, 100));
		assertThat(textOf(key)).isEqualTo("forced");
	}

	@Test
	void entriesExpire() {
		TierKey key = key("expiring");
		write(new TierWrite.Update(key, content(0, 1, "brief"), WriteRule.MONOTONIC, BRIEF));
		assertThat(eventually(() -> read(key) instanceof TierLookup.Nothing)).isTrue();
		assertThat(update(key, 0, 1, "again").isStored()).isTrue();
	}

	// --- removals and fills ---

	@Test
	void aFillThatBeganBeforeAnInvalidationIsRefused() {
		TierKey key = key("raced");
		FillToken before = read(key).token();
		assertThat(get(otherNode().write(List.of(new TierWrite.Invalidation(key, LIFE)))).getFirst().isStored())
			.isTrue();
		assertThat(fill(key, 5, "old", before).status()).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		assertThat(read(key)).isInstanceOf(TierLookup.Removed.class);
	}

	@Test
	void aFillThatBeganAfterAnInvalidationIsStored() {
		TierKey key = key("after");
		update(key, 0, 9, "old");
		invalidate(key);
		assertThat(fill(key, 5, "new", read(key).token()).isStored()).isTrue();
		assertThat(textOf(key)).isEqualTo("new");
	}

	@Test
	void aFillIsRefusedAlsoWhereALaterOneHasTakenTheRemovalsPlace() {
		TierKey key = key("overtaken");
		FillToken before = read(key).token();
		invalidate(key);
		assertThat(fill(key, 5, "new", read(key).token()).isStored()).isTrue();
		assertThat(fill(key, 6, "old", before).status()).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		assertThat(textOf(key)).isEqualTo("new");
	}

	@Test
	void aFillIsRefusedAlsoAfterABriefValueThatTookTheRemovalsPlaceHasExpired() {
		TierKey key = key("brief-after");
		FillToken before = read(key).token();
		invalidate(key);
		expire(key, content(0, 5, "new"), WriteRule.MONOTONIC);
		TierWriteResult late = fill(key, 6, "old", before);
		assertThat(late.status()).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		assertThat(late.current()).isNull();
		assertThat(fill(key, 4, "newest", read(key).token()).isStored()).isTrue();
		assertThat(textOf(key)).isEqualTo("newest");
	}

	@Test
	void aFillIsRefusedAlsoAfterSeveralBriefValuesHaveExpired() {
		TierKey key = key("brief-chain");
		FillToken before = read(key).token();
		invalidate(key);
		expire(key, content(0, 9, "one"), WriteRule.MONOTONIC);
		expire(key, content(0, 3, "two"), WriteRule.REPLACE_EQUAL);
		write(new TierWrite.Fill(key, content(0, 2, "three"), read(key).token(), BRIEF));
		update(key, 0, 10, "four");
		assertThat(fill(key, 11, "old", before).status()).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		expire(key, content(0, 12, "five"), WriteRule.MONOTONIC);
		assertThat(fill(key, 13, "old", before).status()).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		assertThat(fill(key, 1, "newest", read(key).token()).isStored()).isTrue();
	}

	@Test
	void aFillIsRefusedAlsoAfterABriefForcedValueHasExpired() {
		TierKey key = key("brief-forced");
		FillToken before = read(key).token();
		expire(key, content(0, 5, "forced"), WriteRule.FORCE);
		assertThat(fill(key, 6, "old", before).status()).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		assertThat(fill(key, 6, "newest", read(key).token()).isStored()).isTrue();
	}

	private void expire(TierKey key, TierContent content, WriteRule rule) {
		assertThat(write(new TierWrite.Update(key, content, rule, BRIEF)).isStored()).isTrue();
		assertThat(eventually(() -> read(key) instanceof TierLookup.Nothing)).isTrue();
	}

	@Test
	void aFillThatBeganBeforeAForcedWriteIsRefused() {
		TierKey key = key("forced-race");
		FillToken before = read(key).token();
		write(new TierWrite.Update(key, content(0, 1, "forced"), WriteRule.FORCE, LIFE));
		assertThat(fill(key, 6, "old", before).status()).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
	}

	@Test
	void aFillDoesNotReplaceNewerNews() {
		TierKey key = key("newer");
		FillToken before = read(key).token();
		update(key, 0, 10, "event");
		assertThat(fill(key, 9, "read", before).status()).isEqualTo(WriteStatus.IGNORED_OLDER);
		assertThat(fill(key, 10, "read", before).status()).isEqualTo(WriteStatus.IGNORED_DUPLICATE);
		assertThat(fill(key, 11, "read", before).isStored()).isTrue();
	}

	@Test
	void aFillOfAnotherIncarnationIsRefused() {
		TierKey key = key("foreign");
		FillToken token = read(key).token();
		FillToken foreign = new FillToken(token.incarnation() + "x", token.readAt(), token.mark());
		assertThat(fill(key, 1, "v", foreign).status()).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		assertThat(fill(key, 1, "v", token).isStored()).isTrue();
	}

	@Test
	void aFillThatTookLongerThanTheLongestIsRefused() {
		TierKey key = key("slow");
		FillToken token = read(key).token();
		long tooEarly = token.readAt() - tier().longestFill().toNanos() / 1_000 - 1;
		assertThat(fill(key, 1, "v", new FillToken(token.incarnation(), tooEarly, token.mark())).status())
			.isEqualTo(WriteStatus.IGNORED_INVALIDATED);
	}

	@Test
	void noFillThatRacedWithAnInvalidationIsLeftBehind() throws Exception {
		new FillRaceStorm(this.space, List.of(tier(), otherNode())).run(200, () -> null);
	}

	@Test
	void newsIsStoredAfterAnInvalidationWhateverItsOrder() {
		TierKey key = key("news-after");
		update(key, 3, 9, "old");
		TierVersion removed = invalidate(key).current();
		TierWriteResult news = update(key, 0, 1, "news");
		assertThat(news.isStored()).isTrue();
		assertThat(news.current()).isGreaterThan(removed);
		assertThat(textOf(key)).isEqualTo("news");
	}

	@Test
	void aDeletedVersionDoesNotReturn() {
		TierKey key = key("deleted");
		update(key, 0, 4, "row");
		FillToken before = read(key).token();
		assertThat(write(new TierWrite.Deletion(key, 0, 5, LIFE)).isStored()).isTrue();
		assertThat(update(key, 0, 4, "row").status()).isEqualTo(WriteStatus.IGNORED_OLDER);
		assertThat(update(key, 0, 5, "row").status()).isEqualTo(WriteStatus.IGNORED_DUPLICATE);
		assertThat(write(new TierWrite.Update(key, content(0, 5, "row"), WriteRule.REPLACE_EQUAL, LIFE)).status())
			.isEqualTo(WriteStatus.IGNORED_DUPLICATE);
		assertThat(fill(key, 99, "row", before).status()).isEqualTo(WriteStatus.IGNORED_INVALIDATED);
		assertThat(fill(key, 4, "row", read(key).token()).status()).isEqualTo(WriteStatus.IGNORED_OLDER);
		assertThat(read(key)).isInstanceOf(TierLookup.Removed.class);
		assertThat(update(key, 0, 6, "inserted again").isStored()).isTrue();
	}

	@Test
	void aDeletionDoesNotRemoveWhatIsNewer() {
		TierKey key = key("kept");
		update(key, 0, 9, "row");
		assertThat(write(new TierWrite.Deletion(key, 0, 8, LIFE)).status()).isEqualTo(WriteStatus.IGNORED_OLDER);
		assertThat(textOf(key)).isEqualTo("row");
		assertThat(write(new TierWrite.Deletion(key, 0, 9, LIFE)).isStored()).isTrue();
	}

	@Test
	void everyRemovalIsNewerThanTheOneBefore() {
		TierKey key = key("removals");
		TierVersion first = invalidate(key).current();
		TierVersion second = invalidate(key).current();
		assertThat(second).isGreaterThan(first);
	}

	// --- many ---

	@Test
	void manyKeysAreAnsweredInTheirOrder() {
		List<TierKey> keys = IntStream.range(0, 300).mapToObj((i) -> key("many-" + i)).toList();
		List<TierWrite> writes = new ArrayList<>();
		for (int i = 0; i < keys.size(); i += 2) {
			writes.add(new TierWrite.Update(keys.get(i), content(0, i, "v" + i), WriteRule.MONOTONIC, LIFE));
		}
		assertThat(get(tier().write(writes))).hasSize(150).allMatch(TierWriteResult::isStored);
		List<TierLookup> lookups = get(tier().read(keys));
		for (int i = 0; i < keys.size(); i++) {
			if (i % 2 == 0) {
				assertThat(((TierLookup.Found) lookups.get(i)).entry().version().order()).isEqualTo(i);
			}
			else {
				assertThat(lookups.get(i)).isInstanceOf(TierLookup.Nothing.class);
			}
		}
	}

	@Test
	void nothingIsAskedForNothing() {
		assertThat(get(tier().read(List.of()))).isEmpty();
		assertThat(get(tier().write(List.of()))).isEmpty();
	}

	@Test
	void severalWritesOfOneKeyAreDecidedOneAfterTheOther() {
		TierKey key = key("twice");
		List<TierWriteResult> results = get(
				tier().write(List.of(new TierWrite.Update(key, content(0, 2, "two"), WriteRule.MONOTONIC, LIFE),
						new TierWrite.Update(key, content(0, 1, "one"), WriteRule.MONOTONIC, LIFE),
						new TierWrite.Update(key, content(0, 3, "three"), WriteRule.MONOTONIC, LIFE))));
		assertThat(results).extracting(TierWriteResult::status)
			.containsExactly(WriteStatus.STORED, WriteStatus.IGNORED_OLDER, WriteStatus.STORED);
		assertThat(textOf(key)).isEqualTo("three");
	}

	@Test
	void bytesComeBackAsTheyWent() {
		byte[] all = new byte[100_000];
		new SplittableRandom(20_261_121).nextBytes(all);
		TierKey key = key("bytes");
		write(new TierWrite.Update(key, TierContent.of(0, 1, all), WriteRule.MONOTONIC, LIFE));
		write(new TierWrite.Update(key("empty"), TierContent.of(0, 1, new byte[0]), WriteRule.MONOTONIC, LIFE));
		assertThat(((TierLookup.Found) read(key)).entry().payload()).isEqualTo(all);
		assertThat(((TierLookup.Found) read(key("empty"))).entry().payload()).isEmpty();
	}

	@Test
	void keysOfAnyTextAndLengthAreToldApart() {
		List<String> ids = List.of("", " ", "a", "A", "a:b", "a_b", "a/b", "a.b", "a%2Eb", "a b", "a*", "a>", "{a}",
				"{a}b", "ä€😀", "\u0000", "x".repeat(3000), "x".repeat(3001), "ä€".repeat(500), "ä€".repeat(500) + "!");
		List<TierKey> keys = new ArrayList<>(ids.stream().map(this::key).toList());
		keys.add(new TierKey(this.space + ":a", "b"));
		keys.add(new TierKey(this.space, "a:b:"));
		keys.add(new TierKey(this.space + "{a}", ""));
		List<TierWrite> writes = new ArrayList<>();
		for (int i = 0; i < keys.size(); i++) {
			writes.add(new TierWrite.Update(keys.get(i), content(0, i, "v" + i), WriteRule.MONOTONIC, LIFE));
		}
		assertThat(get(tier().write(writes))).allMatch(TierWriteResult::isStored);
		List<TierLookup> lookups = get(otherNode().read(keys));
		for (int i = 0; i < keys.size(); i++) {
			assertThat(((TierLookup.Found) lookups.get(i)).entry().version().order()).as(keys.get(i).toString())
				.isEqualTo(i);
		}
	}

	@Test
	void concurrentWritersNeverTakeAKeyBack() throws Exception {
		TierKey key = key("contended");
		int writers = 4;
		int rounds = 40;
		List<Future<?>> running = new ArrayList<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int w = 0; w < writers; w++) {
				SplittableRandom random = new SplittableRandom(w);
				SharedTier node = (w % 2 == 0) ? tier() : otherNode();
				running.add(threads.submit(() -> {
					long seen = Long.MIN_VALUE;
					for (int i = 0; i < rounds; i++) {
						long order = random.nextLong(1000);
						get(node.write(List
							.of(new TierWrite.Update(key, content(0, order, "v" + order), WriteRule.MONOTONIC, LIFE))));
						TierLookup.Found found = (TierLookup.Found) get(node.read(List.of(key))).getFirst();
						long now = found.entry().version().order();
						assertThat(now).isGreaterThanOrEqualTo(Math.max(order, seen));
						assertThat(found.entry().payload()).asString().isEqualTo("v" + now);
						seen = now;
					}
				}));
			}
			running.forEach(SharedTierContract::get);
		}
	}

	@Test
	void everyTierDecidesAsTheOneInMemoryDoes() {
		SplittableRandom random = new SplittableRandom(20_261_121);
		InMemoryTier model = new InMemoryTier(new SteerableTimeSource());
		List<TierKey> keys = List.of(key("model-a"), key("model-b"));
		Map<TierKey, List<FillToken[]>> tokens = new HashMap<>();
		for (int step = 0; step < 400; step++) {
			TierKey key = keys.get(random.nextInt(keys.size()));
			List<FillToken[]> known = tokens.computeIfAbsent(key, (same) -> new ArrayList<>());
			TierLookup expected = get(model.read(List.of(key))).getFirst();
			TierLookup found = read(key);
			assertThat(describe(found)).as("step %d", step).isEqualTo(describe(expected));
			known.add(new FillToken[] { found.token(), expected.token() });
			FillToken[] token = known.get(random.nextInt(Math.max(0, known.size() - 4), known.size()));
			int rank = random.nextInt(-1, 2);
			long order = random.nextLong(6);
			TierContent content = content(rank, order, "v" + step);
			int kind = random.nextInt(8);
			TierWrite write = writeOf(kind, key, content, token[0]);
			TierWriteResult wanted = get(model.write(List.of(writeOf(kind, key, content, token[1])))).getFirst();
			TierWriteResult result = write(write);
			assertThat(result.status()).as("step %d: %s", step, write).isEqualTo(wanted.status());
			assertThat(describe(result.current())).as("step %d: %s", step, write).isEqualTo(describe(wanted.current()));
		}
	}

	private static TierWrite writeOf(int kind, TierKey key, TierContent content, FillToken token) {
		return switch (kind) {
			case 0 -> new TierWrite.Invalidation(key, LIFE);
			case 1 -> new TierWrite.Deletion(key, content.rank(), content.order(), LIFE);
			case 2 -> new TierWrite.Update(key, content, WriteRule.FORCE, LIFE);
			case 3 -> new TierWrite.Update(key, content, WriteRule.REPLACE_EQUAL, LIFE);
			case 4 -> new TierWrite.Update(key, content, WriteRule.MONOTONIC, LIFE);
			default -> new TierWrite.Fill(key, content, token, LIFE);
		};
	}

	// Generations are each tier's own; which of them is zero is not.
	private static String describe(TierVersion version) {
		return (version == null) ? "none"
				: version.rank() + "/" + version.order() + ((version.generation() == 0) ? "" : " raised");
	}

	private static String describe(TierLookup lookup) {
		return switch (lookup) {
			case TierLookup.Nothing nothing -> "nothing";
			case TierLookup.Removed removed -> "removed " + describe(removed.version());
			case TierLookup.Found found ->
				new String(found.entry().payload(), StandardCharsets.UTF_8) + " " + describe(found.entry().version());
		};
	}

	// --- messages ---

	@Test
	@SuppressWarnings("try") // the subscriptions only have to be open
	void messagesReachEveryNodeInTheOrderOfTheirSending() {
		Hearer mine = new Hearer();
		Hearer theirs = new Hearer();
		try (SharedTier.Subscription one = tier().subscribe(mine);
				SharedTier.Subscription two = otherNode().subscribe(theirs)) {
			assertThat(eventually(() -> mine.subscriptions.get() > 0 && theirs.subscriptions.get() > 0)).isTrue();
			List<String> sent = IntStream.range(0, 20).mapToObj((i) -> this.space + "-" + i).toList();
			sent.forEach((text) -> get(tier().send(text.getBytes(StandardCharsets.UTF_8))));
			assertThat(eventually(() -> mine.of(this.space).equals(sent) && theirs.of(this.space).equals(sent)))
				.as("mine: %s, theirs: %s", mine.heard, theirs.heard)
				.isTrue();
		}
	}

	@Test
	@SuppressWarnings("try") // the subscription only has to be open
	void aClosedSubscriptionHearsNothing() {
		Hearer closed = new Hearer();
		Hearer open = new Hearer();
		SharedTier.Subscription subscription = tier().subscribe(closed);
		assertThat(eventually(() -> closed.subscriptions.get() > 0)).isTrue();
		subscription.close();
		subscription.close();
		try (SharedTier.Subscription other = tier().subscribe(open)) {
			assertThat(eventually(() -> open.subscriptions.get() > 0)).isTrue();
			get(tier().send(this.space.getBytes(StandardCharsets.UTF_8)));
			assertThat(eventually(() -> !open.of(this.space).isEmpty())).isTrue();
			assertThat(closed.of(this.space)).isEmpty();
		}
	}

	// --- leases ---

	private LeaseTable.Claim claim(LeaseTable leases, String name, String holder, Duration life) {
		return get(leases.claim(this.space + name, holder, life));
	}

	@Test
	void aLeaseIsHeldByOneAtATimeWithRisingFencingNumbers() {
		LeaseTable.Claim first = claim(tier().leases(), "one", "a", LIFE);
		assertThat(first).isInstanceOf(LeaseTable.Claim.Granted.class);
		LeaseTable.Grant grant = ((LeaseTable.Claim.Granted) first).grant();
		assertThat(claim(otherNode().leases(), "one", "b", LIFE)).isInstanceOfSatisfying(LeaseTable.Claim.Held.class,
				(held) -> assertThat(held.remaining()).isPositive().isLessThanOrEqualTo(LIFE.plusSeconds(5)));
		assertThat(claim(tier().leases(), "one", "a", LIFE)).isInstanceOf(LeaseTable.Claim.Held.class);
		assertThat(get(tier().leases().renew(grant, LIFE))).isTrue();
		assertThat(get(tier().leases().release(grant))).isTrue();
		assertThat(get(tier().leases().release(grant))).isFalse();
		assertThat(get(tier().leases().renew(grant, LIFE))).isFalse();
		assertThat(claim(otherNode().leases(), "one", "b", LIFE)).isInstanceOfSatisfying(LeaseTable.Claim.Granted.class,
				(granted) -> assertThat(granted.grant().fencingNumber()).isGreaterThan(grant.fencingNumber()));
	}

	@Test
	void anExpiredLeaseIsTakenOverAndItsHolderCannotTouchTheSuccessors() {
		LeaseTable.Grant first = ((LeaseTable.Claim.Granted) claim(tier().leases(), "two", "a", Duration.ofMillis(50)))
			.grant();
		List<LeaseTable.Grant> second = new ArrayList<>();
		assertThat(eventually(() -> {
			if (claim(otherNode().leases(), "two", "b", LIFE) instanceof LeaseTable.Claim.Granted granted) {
				second.add(granted.grant());
			}
			return !second.isEmpty();
		})).isTrue();
		assertThat(second.getFirst().fencingNumber()).isGreaterThan(first.fencingNumber());
		assertThat(get(tier().leases().renew(first, LIFE))).isFalse();
		assertThat(get(tier().leases().release(first))).isFalse();
		assertThat(get(otherNode().leases().renew(second.getFirst(), LIFE))).isTrue();
	}

	@Test
	void ofManyWhoClaimAtOnceOneGetsTheLease() throws Exception {
		assertThat(winners((i) -> get(((i % 2 == 0) ? tier() : otherNode()).leases()
			.claim(this.space + "many", "holder-" + i, LIFE)) instanceof LeaseTable.Claim.Granted)).isEqualTo(1);
	}

	@Test
	void ofManyWhoRecordTheSameOneIsTheFirst() throws Exception {
		assertThat(winners(
				(i) -> get(((i % 2 == 0) ? tier() : otherNode()).leases().recordOnce(this.space + "nonce", LIFE))))
			.isEqualTo(1);
		assertThat(get(otherNode().leases().recordOnce(this.space + "nonce", LIFE))).isFalse();
		assertThat(get(otherNode().leases().recordOnce(this.space + "another", LIFE))).isTrue();
	}

	@Test
	void whatIsDoneUnderALeaseIsNeverDoneTwiceAtOnceAndTheNumbersRise() throws Exception {
		AtomicBoolean inside = new AtomicBoolean();
		List<Long> numbers = new CopyOnWriteArrayList<>();
		List<Future<?>> running = new ArrayList<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 4; i++) {
				Leases leases = Leases.on((i % 2 == 0) ? tier() : otherNode())
					.waitFor(Duration.ofSeconds(60))
					.answerLimit(Duration.ofSeconds(30))
					.pollEvery(Duration.ofMillis(5))
					.build();
				running.add(threads.submit(() -> {
					for (int turn = 0; turn < 5; turn++) {
						try (Lease lease = leases.acquire(this.space + "turns")) {
							assertThat(inside.compareAndSet(false, true)).isTrue();
							numbers.add(lease.fencingNumber());
							inside.set(false);
						}
					}
					return null;
				}));
			}
			running.forEach(SharedTierContract::get);
		}
		assertThat(numbers).hasSize(20).isSorted().doesNotHaveDuplicates();
	}

	private static int winners(IntPredicate attempt) throws Exception {
		CountDownLatch start = new CountDownLatch(1);
		List<CompletableFuture<Boolean>> attempts = new ArrayList<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < 8; i++) {
				int contender = i;
				attempts.add(CompletableFuture.supplyAsync(() -> {
					awaitQuietly(start);
					return attempt.test(contender);
				}, threads));
			}
			start.countDown();
			return (int) attempts.stream().filter(SharedTierContract::get).count();
		}
	}

	private static void awaitQuietly(CountDownLatch start) {
		try {
			start.await();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Remembers what it hears.
	 */
	protected static final class Hearer implements TierListener {

		final List<String> heard = new CopyOnWriteArrayList<>();

		final AtomicInteger subscriptions = new AtomicInteger();

		final AtomicInteger interruptions = new AtomicInteger();

		/**
		 * Returns how often the subscription was made.
		 */
		public int subscriptions() {
			return this.subscriptions.get();
		}

		/**
		 * Returns how often the connection was lost.
		 */
		public int interruptions() {
			return this.interruptions.get();
		}

		/**
		 * Returns the messages heard that begin with a text.
		 */
		public List<String> of(String start) {
			return this.heard.stream().filter((text) -> text.startsWith(start)).toList();
		}

		@Override
		public void received(byte[] message) {
			this.heard.add(new String(Arrays.copyOf(message, message.length), StandardCharsets.UTF_8));
		}

		@Override
		public void subscribed() {
			this.subscriptions.incrementAndGet();
		}

		@Override
		public void interrupted() {
			this.interruptions.incrementAndGet();
		}

	}

}
