package io.coalestra.collections.examples;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.bridge.CollectionSources;
import io.coalestra.collections.mapping.KeyColumn;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.mapping.TableRow;
import io.coalestra.collections.mapping.VersionColumn;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.store.RowStore;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.tier.SharedTier;

/**
 * The code of {@code docs/collections.md}.
 */
final class CollectionExamples {

	private static final ResourceType<Account> ACCOUNT = ResourceType.of("ledger", "account", Account.class);

	@TableRow(name = "account")
	record Account(@KeyColumn long id, String owner, long balance, @VersionColumn long version) {

		Account plus(long amount) {
			return new Account(this.id, this.owner, this.balance + amount, this.version);
		}

	}

	RowCollection<Long, Account> register(RowStore store, SharedTier tier) {
		CollectionRegistry registry = CollectionRegistry.builder()
			.store(store)
			.sharedTier(tier)
			.options("account", (options) -> options.local(LocalOptions.DEFAULTS.maxRows(100_000)))
			.build();
		RowCollection<Long, Account> accounts = registry.rows(RowMapping.of(Long.class, Account.class));
		return accounts;
	}

	// @formatter:off
	List<Object> use(RowCollection<Long, Account> accounts, List<Long> ids) {
		Optional<Account> found = accounts.find(1L);          // memory, shared tier, store
		Account account = accounts.require(1L);               // throws RowMissingException
		Optional<Account> near = accounts.peek(1L);           // memory alone
		Map<Long, Account> many = accounts.findAll(ids);      // what is missing, as one load
		accounts.update(1L, (row) -> row.plus(5));            // tried again while others are faster
		accounts.set(1L, "owner", "ann");                     // one value; all others stay as they are stored
		accounts.delete(1L);
		return List.of(found, account, near, many);
	}
	// @formatter:on

	Source bridge(RowCollection<Long, Account> accounts, SnapshotBuilder builder) {
		Source source = CollectionSources.source(accounts, ACCOUNT).transportTimeout(Duration.ofSeconds(10)).build();
		CollectionSources.publish(accounts, ACCOUNT, builder.publisher());
		return source;
	}

}
