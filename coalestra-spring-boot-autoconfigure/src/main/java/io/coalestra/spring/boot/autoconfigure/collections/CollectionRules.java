package io.coalestra.spring.boot.autoconfigure.collections;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.flush.WhenFull;
import io.coalestra.collections.journal.Journal;
import io.coalestra.collections.journal.SyncPolicy;
import io.coalestra.collections.option.CollectionOptions;
import io.coalestra.collections.option.LoadOptions;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.option.TierChoice;
import io.coalestra.collections.option.UpdateOptions;
import io.coalestra.spring.boot.autoconfigure.Defaulted;
import io.coalestra.spring.boot.autoconfigure.collections.CollectionsProperties.CollectionRule;
import io.coalestra.spring.boot.autoconfigure.collections.CollectionsProperties.WriteBehindRule;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;

/**
 * Lays {@link CollectionsProperties} over the configuration of collections.
 */
final class CollectionRules {

	static final String PREFIX = "coalestra.collections";

	private static final String WRITE_BEHIND = PREFIX + ".write-behind";

	private final CollectionsProperties properties;

	private final Faults faults;

	CollectionRules(CollectionsProperties properties, Faults faults) {
		this.properties = properties;
		this.faults = faults;
	}

	static String propertyOf(String collection) {
		return PropertyNames.ofEntry(PREFIX + ".named", collection);
	}

	void apply(CollectionRegistry.Builder registry) {
		CollectionOptions defaults = over(CollectionOptions.DEFAULTS, PREFIX + ".defaults", this.properties.defaults());
		registry.defaults(defaults);
		this.properties.named().forEach((name, rule) -> {
			CollectionOptions options = over(defaults, propertyOf(name), rule);
			registry.options(name, (UnaryOperator<CollectionOptions>) (inherited) -> options);
		});
		this.faults.set(PREFIX + ".notices", this.properties.notices().heartbeat(), registry::heartbeat);
	}

	private CollectionOptions over(CollectionOptions lower, String property, CollectionRule rule) {
		return this.faults.make(property, () -> {
			CollectionOptions options = lower.local(local(lower.local(), rule))
				.load(new LoadOptions(Defaulted.of(rule.maxBatch(), lower.load().maxBatch()),
						Defaulted.of(rule.maxQueries(), lower.load().maxQueries()),
						Defaulted.of(rule.loadLimit(), lower.load().limit())))
				.update(new UpdateOptions(Defaulted.of(rule.maxAttempts(), lower.update().maxAttempts()),
						Defaulted.of(rule.updateLimit(), lower.update().limit())))
				.sharedLife(Defaulted.of(rule.sharedLife(), lower.sharedLife()))
				.flush(Defaulted.of(rule.flush(), lower.flush()));
			if (rule.store() != null) {
				options = options.store(rule.store() ? TierChoice.inherited() : TierChoice.none());
			}
			if (rule.shared() != null) {
				options = options.shared(rule.shared() ? TierChoice.inherited() : TierChoice.none());
			}
			return options;
		}, lower);
	}

	private static LocalOptions local(LocalOptions lower, CollectionRule rule) {
		LocalOptions local = (rule.life() != null) ? lower.life(rule.life()) : lower;
		local = (rule.absenceLife() != null) ? local.absenceLife(rule.absenceLife()) : local;
		return (rule.maxRows() != null) ? local.maxRows(rule.maxRows()) : local;
	}

	void apply(BufferedWriteBehind.Builder buffer) {
		WriteBehindRule rule = this.properties.writeBehind();
		this.faults.set(WRITE_BEHIND, rule.maxPending(), buffer::maxPending);
		this.faults.set(WRITE_BEHIND, rule.interval(), buffer::interval);
		this.faults.set(WRITE_BEHIND, rule.maxBatchSize(), buffer::maxBatchSize);
		this.faults.set(WRITE_BEHIND, rule.maxAttempts(), buffer::maxAttempts);
		this.faults.set(WRITE_BEHIND, rule.maxPatientAttempts(), buffer::maxPatientAttempts);
		this.faults.set(WRITE_BEHIND, rule.unableLimit(), buffer::unableLimit);
		this.faults.set(WRITE_BEHIND, rule.closeLimit(), buffer::closeLimit);
		buffer.whenFull(this.faults.make(WRITE_BEHIND,
				() -> rule.waitWhenFull().isZero() ? WhenFull.refuse() : WhenFull.waitFor(rule.waitWhenFull()),
				WhenFull.refuse()));
		this.properties.named().forEach((name, named) -> {
			if (named.flushInterval() != null) {
				this.faults.set(propertyOf(name), named.flushInterval(), (interval) -> buffer.interval(name, interval));
			}
		});
		if (this.properties.defaults().flushInterval() != null) {
			this.faults.set(PREFIX + ".defaults", this.properties.defaults().flushInterval(), buffer::interval);
		}
	}

	/**
	 * Opens the journal, if there is to be one. Last, when nothing else is at fault.
	 */
	void openJournal(BufferedWriteBehind.Builder buffer) {
		Path directory = this.properties.writeBehind().journal().directory();
		if (directory != null) {
			buffer.journal(this.faults.makeOrThrow(WRITE_BEHIND + ".journal",
					() -> Journal.in(directory).sync(sync(this.properties.writeBehind().journal().sync())).open()));
		}
	}

	private static SyncPolicy sync(Duration interval) {
		return interval.isZero() ? SyncPolicy.eachWrite() : SyncPolicy.every(interval);
	}

}
