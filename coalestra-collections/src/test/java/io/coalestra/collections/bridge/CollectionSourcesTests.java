package io.coalestra.collections.bridge;

import java.time.Duration;

import io.coalestra.Coalestra;
import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.mapping.KeyColumn;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.mapping.TableRow;
import io.coalestra.collections.mapping.VersionColumn;
import io.coalestra.collections.store.FaultyRowStore;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CollectionSourcesTests {

	private static final ResourceType<Account> ACCOUNT = ResourceType.of("ledger", "account", Account.class);

	@TableRow(name = "account")
	record Account(@KeyColumn long id, String owner, long balance, @VersionColumn long version) {

		Account plus(long amount) {
			return new Account(this.id, this.owner, this.balance + amount, this.version);
		}

	}

	@Test
	void aCollectionIsASourceByOneLineAndItsWritesAreNews() {
		SteerableTimeSource time = new SteerableTimeSource();
		try (CollectionRegistry registry = CollectionRegistry.builder()
			.store(new InMemoryRowStore(time))
			.timeSource(time)
			.build()) {
			RowCollection<Long, Account> accounts = registry.rows(RowMapping.of(Long.class, Account.class));
			accounts.insert(new Account(1, "ann", 10, 0));
			try (SnapshotBuilder builder = Coalestra.builder()
				.source(CollectionSources.source(accounts, ACCOUNT).transportTimeout(Duration.ofSeconds(10)).build())
				.timeSource(time)
				.build()) {
				CollectionSources.publish(accounts, ACCOUNT, builder.publisher());
				SnapshotRequest request = SnapshotRequest.require(ACCOUNT.key(1)).optional(ACCOUNT.key(2));
				Snapshot snapshot = builder.build(request);
				assertThat(snapshot.get(ACCOUNT.key(1)).balance()).isEqualTo(10);
				assertThat(snapshot.find(ACCOUNT.key(2))).isEmpty();
				assertThat(accounts.update(1L, (account) -> account.plus(5)).value().version()).isEqualTo(2);
				assertThat(builder.build(request).get(ACCOUNT.key(1)).balance()).isEqualTo(15);
				accounts.insert(new Account(2, "bob", 20, 0));
				assertThat(builder.build(request).get(ACCOUNT.key(2)).balance()).isEqualTo(20);
				accounts.delete(2L);
				assertThat(builder.build(request).find(ACCOUNT.key(2))).isEmpty();
			}
		}
	}

	@Test
	void whatCannotBeReadFailsAlone() {
		SteerableTimeSource time = new SteerableTimeSource();
		FaultyRowStore store = new FaultyRowStore(new InMemoryRowStore(time));
		try (CollectionRegistry registry = CollectionRegistry.builder().store(store).timeSource(time).build()) {
			RowMapping<Long, Account> mapping = RowMapping.of(Long.class, Account.class);
			RowCollection<Long, Account> accounts = registry.rows(mapping);
			accounts.insert(new Account(1, "ann", 10, 0));
			accounts.insert(new Account(2, "bob", 20, 0));
			accounts.evict(1L);
			accounts.evict(2L);
			store.garble(mapping.table().key(2L));
			try (SnapshotBuilder builder = Coalestra.builder()
				.source(CollectionSources.source(accounts, ACCOUNT).transportTimeout(Duration.ofSeconds(10)).build())
				.timeSource(time)
				.build()) {
				Snapshot snapshot = builder.build(SnapshotRequest.require(ACCOUNT.key(1))
					.optional(ACCOUNT.key(2))
					.optional(ACCOUNT.key("no number")));
				assertThat(snapshot.get(ACCOUNT.key(1)).balance()).isEqualTo(10);
				assertThat(snapshot.errors()).containsOnlyKeys(ACCOUNT.key(2), ACCOUNT.key("no number"));
			}
		}
	}

}
