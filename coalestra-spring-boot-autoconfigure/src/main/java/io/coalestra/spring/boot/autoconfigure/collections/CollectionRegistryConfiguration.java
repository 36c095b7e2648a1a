package io.coalestra.spring.boot.autoconfigure.collections;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.coherence.NoticeTransport;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.transaction.Transactions;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.collections.CollectionRegistryCustomizer;
import io.coalestra.spring.boot.collections.WriteBehindCustomizer;
import io.coalestra.spring.boot.health.CollectionsHealth;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The registry of collections, where there is a store, or where collections are said to
 * do without one.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(OnRowStoreCondition.class)
class CollectionRegistryConfiguration {

	@Bean
	@ConditionalOnMissingBean
	BufferedWriteBehind coalestraWriteBehind(CollectionsProperties properties, ObjectProvider<TimeSource> timeSource,
			ObjectProvider<WriteBehindCustomizer> customizers) {
		BufferedWriteBehind.Builder buffer = BufferedWriteBehind.builder();
		Faults faults = new Faults();
		CollectionRules rules = new CollectionRules(properties, faults);
		rules.apply(buffer);
		faults.throwIfAny();
		timeSource.ifAvailable(buffer::timeSource);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(buffer));
		rules.openJournal(buffer);
		return faults.makeOrThrow(CollectionRules.PREFIX + ".write-behind", buffer::build);
	}

	@Bean
	@ConditionalOnMissingBean
	CollectionRegistry coalestraCollections(CollectionsProperties properties, ObjectProvider<RowStore> store,
			BufferedWriteBehind writeBehind, ObjectProvider<TierGate> sharedTier, ListableBeanFactory beanFactory,
			Environment environment, ObjectProvider<NoticeTransport> notices, ObjectProvider<Transactions> transactions,
			ObjectProvider<TimeSource> timeSource, ObjectProvider<CollectionRegistryCustomizer> customizers) {
		CollectionRegistry.Builder registry = CollectionRegistry.builder()
			.store(store.getIfAvailable(MissingRowStore::new))
			.writeBehind(writeBehind);
		Faults faults = new Faults();
		new CollectionRules(properties, faults).apply(registry);
		faults.throwIfAny();
		TierGate gate = sharedTier.getIfUnique();
		if (gate != null) {
			registry.sharedTier(gate);
		}
		else if (properties.isSharing()) {
			TierAmbiguity.refuse(beanFactory, environment);
		}
		transactions.ifUnique(registry::transactions);
		timeSource.ifAvailable(registry::timeSource);
		if (properties.notices().via() == CollectionsProperties.NoticeCarrier.NONE) {
			registry.notices(new SilentNotices());
		}
		else {
			notices.ifUnique(registry::notices);
		}
		customizers.orderedStream().forEach((customizer) -> customizer.customize(registry));
		return registry.build();
	}

	@Bean
	CollectionsLifecycle coalestraCollectionsLifecycle(CollectionRegistry registry, BufferedWriteBehind writeBehind,
			CollectionsProperties properties, ApplicationContext context) {
		return new CollectionsLifecycle(registry, writeBehind, properties, context);
	}

	@Bean
	@ConditionalOnMissingBean
	CollectionsHealth coalestraCollectionsHealth(CollectionRegistry registry, BufferedWriteBehind writeBehind,
			CollectionsProperties properties, ObjectProvider<TierGate> sharedTier) {
		return new CollectionsHealth(registry, writeBehind, properties.writeBehind().maxHealthyAge(),
				sharedTier.getIfUnique());
	}

	@Bean
	CollectionsValidation coalestraCollectionsValidation(CollectionsProperties properties, CollectionRegistry registry,
			ObjectProvider<RowCollection<?, ?>> declared, ObjectProvider<RowStore> store,
			ObjectProvider<CollectionRegistryCustomizer> customizers) {
		boolean maySayMore = customizers.stream().findAny().isPresent();
		return new CollectionsValidation(properties, registry, declared, store, maySayMore);
	}

}
