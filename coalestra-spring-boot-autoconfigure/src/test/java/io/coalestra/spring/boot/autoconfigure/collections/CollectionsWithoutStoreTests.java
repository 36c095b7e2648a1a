package io.coalestra.spring.boot.autoconfigure.collections;

import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.StoreException;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.CollectionConfiguration;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.SessionConfiguration;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.Wallet;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.WalletConfiguration;
import io.coalestra.spring.boot.autoconfigure.fault.StartUpReport;
import io.coalestra.spring.boot.autoconfigure.health.CoalestraCollectionsHealthContributorAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.tier.CoalestraSharedTierAutoConfiguration;
import io.coalestra.spring.boot.collections.CollectionRegistryCustomizer;
import io.coalestra.spring.boot.health.CollectionsHealthIndicator;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.SharedTier;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfigurationTests.wallets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Collections of applications that have no store.
 */
class CollectionsWithoutStoreTests {

	private final ApplicationContextRunner withoutDatabase = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraCollectionsAutoConfiguration.class,
				CoalestraCollectionsHealthContributorAutoConfiguration.class));

	private ApplicationContextRunner walletsWithoutDatabase() {
		return this.withoutDatabase.withUserConfiguration(WalletConfiguration.class);
	}

	@Test
	void collectionsThatDoWithoutAStoreNeedNeitherADataSourceNorAStore() {
		for (String property : new String[] { "coalestra.collections.named.wallet.store=false",
				"coalestra.collections.defaults.store=false" }) {
			walletsWithoutDatabase().withPropertyValues(property).run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(CollectionsHealthIndicator.class);
				wallets(context).insert(new Wallet(1, "ann", 10, 0));
				wallets(context).update(1L, (wallet) -> wallet.plus(5));
				assertThat(wallets(context).require(1L).points()).isEqualTo(15);
			});
		}
	}

	@Test
	void theSharedTierIsTheTruthOfCollectionsWithoutAStore() {
		InMemoryTier tier = new InMemoryTier(TimeSource.system());
		ApplicationContextRunner node = walletsWithoutDatabase()
			.withConfiguration(AutoConfigurations.of(CoalestraSharedTierAutoConfiguration.class))
			.withBean("tier", SharedTier.class, () -> tier, (definition) -> definition.setDestroyMethodName(""))
			.withPropertyValues("coalestra.collections.named.wallet.store=false");
		node.run((one) -> node.run((other) -> {
			wallets(one).insert(new Wallet(1, "ann", 10, 0));
			wallets(other).update(1L, (wallet) -> wallet.plus(5));
			wallets(one).invalidate(1L);
			assertThat(wallets(one).require(1L).points()).isEqualTo(15);
		}));
	}

	@Test
	void aCollectionThatIsNotSaidToDoWithoutAStoreNeedsOne() {
		this.withoutDatabase.withUserConfiguration(CollectionConfiguration.class)
			.withPropertyValues("coalestra.collections.named.wallet.store=false")
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(StartUpReport.of(context.getStartupFailure()).getDescription())
					.contains("The collection \"entry\" has no store to keep its rows in,"
							+ " and coalestra.collections.named.entry.store is not false")
					.doesNotContain("wallet");
			});
	}

	@Test
	void whereCustomizersMaySayMoreTheCollectionSaysItWhenItIsUsed() {
		ApplicationContextRunner customized = walletsWithoutDatabase()
			.withPropertyValues("coalestra.collections.named.session.store=false")
			.withUserConfiguration(SessionConfiguration.class);
		customized.withBean(CollectionRegistryCustomizer.class, () -> (registry) -> {
		})
			.run((context) -> assertThatExceptionOfType(StoreException.class)
				.isThrownBy(() -> wallets(context).insert(new Wallet(1, "ann", 10, 0)))
				.withMessageContaining("there is no bean of type RowStore"));
		customized
			.withBean(CollectionRegistryCustomizer.class,
					() -> (registry) -> registry.store(new InMemoryRowStore(TimeSource.system())))
			.run((context) -> assertThat(wallets(context).insert(new Wallet(1, "ann", 10, 0)).value().points())
				.isEqualTo(10));
	}

}
