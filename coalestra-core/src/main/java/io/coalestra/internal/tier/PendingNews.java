package io.coalestra.internal.tier;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.coalestra.cache.WriteRule;
import io.coalestra.key.ResourceKey;

/**
 * What is to be written for a key: an invalidation, a forced update, an update, or of
 * these what there is, in this order. Guarded by the monitor of {@link SharedWrites}.
 */
final class PendingNews {

	private final ResourceKey<?> home;

	private List<News> next = List.of();

	private List<News> sent = List.of();

	private boolean isSent;

	private boolean hasFailed;

	// Whether some of it may be in the tier already.
	private boolean isRepeated;

	PendingNews(News first) {
		this.home = first.home();
		this.next = List.of(first);
	}

	ResourceKey<?> home() {
		return this.home;
	}

	List<News> sent() {
		return this.sent;
	}

	boolean isSent() {
		return this.isSent;
	}

	boolean isRepeated() {
		return this.isRepeated;
	}

	boolean isReady() {
		return !this.isSent && !this.hasFailed;
	}

	void tryAgain() {
		this.hasFailed = false;
	}

	void add(News news) {
		this.next = joined(this.next, news);
	}

	// An invalidation undoes what was to be written before; an update comes after it.
	private static List<News> joined(List<News> before, News news) {
		return switch (news) {
			case News.Invalidation invalidation -> List.of(withTold(invalidation, before));
			case News.Update update -> joined(before, update);
		};
	}

	private static News withTold(News.Invalidation invalidation, List<News> before) {
		Set<ResourceKey<?>> told = new LinkedHashSet<>(invalidation.told());
		before.forEach((news) -> told.addAll(news.told()));
		return new News.Invalidation(invalidation.home(), told);
	}

	// What was forced goes over whatever the tier has, also where something ordinary
	// comes after it.
	private static List<News> joined(List<News> before, News.Update update) {
		List<News> joined = new ArrayList<>(3);
		News.Update newest = update;
		for (News one : before) {
			if (one instanceof News.Update earlier
					&& (earlier.rule() != WriteRule.FORCE || update.rule() == WriteRule.FORCE)) {
				newest = newer(earlier, update);
			}
			else {
				joined.add(one);
			}
		}
		joined.add(newest);
		return joined;
	}

	private static News.Update newer(News.Update earlier, News.Update later) {
		if (later.rule() == WriteRule.FORCE || earlier.content().rank() < later.content().rank()) {
			return later;
		}
		boolean older = earlier.content().rank() > later.content().rank()
				|| earlier.content().order() > later.content().order();
		return older ? earlier : later;
	}

	void send() {
		this.sent = this.next;
		this.next = List.of();
		this.isSent = true;
	}

	void failed() {
		List<News> all = weakened(this.sent);
		for (News news : this.next) {
			all = joined(all, news);
		}
		this.next = all;
		this.sent = List.of();
		this.isSent = false;
		this.hasFailed = true;
		this.isRepeated = true;
	}

	// Tried again, a forced update might go over a newer one of another node: all that
	// is certain by then is that what was there before counts for nothing.
	private static List<News> weakened(List<News> sent) {
		List<News> weaker = new ArrayList<>(2);
		for (News news : sent) {
			weaker.add((news instanceof News.Update update && update.rule() == WriteRule.FORCE)
					? new News.Invalidation(update.home(), update.told()) : news);
		}
		return List.copyOf(weaker);
	}

	/**
	 * Notes that the tier has written into another era than the one that holds now: it is
	 * to be written again.
	 */
	void outlived() {
		failed();
		this.hasFailed = false;
	}

	/**
	 * Notes that the tier has taken what was sent.
	 * @return true if nothing is left to be written
	 */
	boolean settled() {
		this.sent = List.of();
		this.isSent = false;
		this.isRepeated = false;
		return this.next.isEmpty();
	}

}
