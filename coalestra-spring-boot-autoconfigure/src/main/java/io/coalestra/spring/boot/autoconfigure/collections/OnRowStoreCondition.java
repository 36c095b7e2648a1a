package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.coalestra.collections.store.RowStore;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether there is a store of rows, or collections that are to do without one.
 */
final class OnRowStoreCondition extends AnyNestedCondition {

	OnRowStoreCondition() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	/**
	 * A store.
	 */
	@ConditionalOnBean(RowStore.class)
	static final class Store {

	}

	/**
	 * A property that says of collections that they have none.
	 */
	@Conditional(WithoutStoreCondition.class)
	static final class WithoutStore {

	}

	/**
	 * Whether a property says so.
	 */
	static final class WithoutStoreCondition extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			Binder binder = Binder.get(context.getEnvironment());
			StoreRule defaults = binder.bind(CollectionRules.PREFIX + ".defaults", StoreRule.class).orElse(null);
			Map<String, StoreRule> named = binder
				.bind(CollectionRules.PREFIX + ".named", Bindable.mapOf(String.class, StoreRule.class))
				.orElse(Map.of());
			boolean without = Stream.concat(Stream.ofNullable(defaults), named.values().stream())
				.anyMatch((rule) -> Objects.equals(rule.store(), false));
			ConditionMessage.Builder message = ConditionMessage.forCondition("collections without a store");
			return without ? ConditionOutcome.match(message.because("properties say so"))
					: ConditionOutcome.noMatch(message.because("no property says so"));
		}

	}

	/**
	 * The one setting of collections that matters here.
	 *
	 * @param store whether they have a store
	 */
	record StoreRule(@Nullable Boolean store) {
	}

}
