package io.coalestra.spring.boot.autoconfigure.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.BatcherBuilder;
import io.coalestra.batch.Window;
import io.coalestra.spring.boot.autoconfigure.batch.BatcherProperties.BatcherRule;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;
import io.coalestra.spring.boot.batch.BatcherConfigurer;
import io.coalestra.spring.boot.batch.BatcherCustomizer;
import io.coalestra.spring.boot.batch.CallerContext;
import io.coalestra.spring.boot.batch.TransactionRule;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Lays what the properties say over batchers: first what they say of all, then what they
 * say of each by its name; and refuses a name that no batcher has.
 */
final class BatcherRules implements BatcherConfigurer, SmartInitializingSingleton {

	static final String BATCHING = "coalestra.batching";

	static final String BATCHERS = "coalestra.batchers";

	private static final Duration DEFAULT_WINDOW = Duration.ofMillis(10);

	private final BatcherProperties properties;

	private final BatchDeclarations declarations;

	private final ListableBeanFactory beans;

	private final ObjectProvider<Batcher<?, ?>> batchers;

	private final ObjectProvider<BatcherCustomizer> customizers;

	private final ObjectProvider<TimeSource> timeSource;

	private final @Nullable BooleanSupplier readWriteTransaction;

	// Names that were asked for, written as batchers are made, by whichever thread.
	private final Set<String> configured = ConcurrentHashMap.newKeySet();

	BatcherRules(BatcherProperties properties, BatchDeclarations declarations, ListableBeanFactory beans,
			ObjectProvider<Batcher<?, ?>> batchers, ObjectProvider<BatcherCustomizer> customizers,
			ObjectProvider<TimeSource> timeSource, @Nullable BooleanSupplier readWriteTransaction) {
		this.properties = properties;
		this.declarations = declarations;
		this.beans = beans;
		this.batchers = batchers;
		this.customizers = customizers;
		this.timeSource = timeSource;
		this.readWriteTransaction = readWriteTransaction;
	}

	@Override
	public <K, V> BatcherBuilder<K, V> configure(String name, BatcherBuilder<K, V> builder) {
		this.configured.add(name);
		Faults faults = new Faults();
		Layers layers = layersOf(name);
		layers.set(BatcherRule::maxBatchSize, builder::maxBatchSize, faults);
		layers.set(BatcherRule::maxDistinctKeys, builder::maxDistinctKeys, faults);
		layers.set(BatcherRule::maxConcurrentBulkCalls, builder::maxConcurrentBulkCalls, faults);
		layers.set(BatcherRule::maxPending, builder::maxPending, faults);
		layers.set(BatcherRule::callTimeout, builder::callTimeout, faults);
		layers.set(BatcherRule::bulkTimeout, builder::bulkTimeout, faults);
		layers.set(BatcherRule::closeGrace, builder::closeGrace, faults);
		window(layers, builder, faults);
		layers.ifSet(BatcherRule::missingIsError, builder::missingIsError);
		layers.ifSet(BatcherRule::shareRunning, builder::shareRunning);
		layers.ifSet(BatcherRule::interruptWhenAbandoned, builder::interruptWhenAbandoned);
		group(layers, builder, faults);
		faults.throwIfAny();
		transactions(layers, builder);
		this.timeSource.ifAvailable(builder::timeSource);
		this.customizers.orderedStream().forEach((customizer) -> customizer.customize(name, builder));
		return builder;
	}

	private Layers layersOf(String name) {
		Map<String, BatcherRule> layers = new LinkedHashMap<>();
		BatcherRule own = this.properties.batchers().get(name);
		if (own != null) {
			layers.put(PropertyNames.ofEntry(BATCHERS, name), own);
		}
		layers.put(BATCHING, this.properties.batching());
		return new Layers(layers);
	}

	private static void window(Layers layers, BatcherBuilder<?, ?> builder, Faults faults) {
		Setting<Duration> length = layers.first(BatcherRule::window);
		Setting<Window.Kind> kind = layers.first(BatcherRule::windowKind);
		if (length != null || kind != null) {
			Window.Kind effective = (kind != null) ? kind.value() : Window.Kind.ADAPTIVE;
			Duration time = (length != null) ? length.value() : DEFAULT_WINDOW;
			String where = (length != null) ? length.property() : Objects.requireNonNull(kind).property();
			builder.window(faults.make(where, () -> new Window(effective, time), Window.adaptive(DEFAULT_WINDOW)));
		}
	}

	private void group(Layers layers, BatcherBuilder<?, ?> builder, Faults faults) {
		Setting<List<String>> names = layers.first(BatcherRule::groupBy);
		if (names == null || names.value().isEmpty()) {
			return;
		}
		List<CallerContext> contexts = new ArrayList<>();
		for (String name : names.value()) {
			if (this.beans.containsBean(name) && this.beans.isTypeMatch(name, CallerContext.class)) {
				contexts.add(this.beans.getBean(name, CallerContext.class));
			}
			else {
				faults.add(names.property() + ".group-by",
						"names " + name + ", which is not a CallerContext (expected: some of " + contextNames() + ")",
						"Correct " + names.property() + ".group-by, or add a bean '" + name
								+ "' that implements CallerContext.");
			}
		}
		CallerGroup.apply(contexts, builder);
	}

	private Set<String> contextNames() {
		return new TreeSet<>(List.of(this.beans.getBeanNamesForType(CallerContext.class)));
	}

	private void transactions(Layers layers, BatcherBuilder<?, ?> builder) {
		BooleanSupplier condition = this.readWriteTransaction;
		if (condition == null) {
			return;
		}
		Setting<TransactionRule> rule = layers.first(BatcherRule::transactions);
		switch ((rule != null) ? rule.value() : TransactionRule.BYPASS) {
			case BYPASS -> builder.bypassWhen("a read-write transaction is active", condition);
			case REFUSE -> builder.refuseWhen("a read-write transaction is active", condition);
			case IGNORE -> {
			}
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		Set<String> known = new TreeSet<>(this.configured);
		known.addAll(this.declarations.all().keySet());
		this.batchers.stream().map(Batcher::name).forEach(known::add);
		Faults faults = new Faults();
		for (String name : this.properties.batchers().keySet()) {
			if (!known.contains(name)) {
				String property = PropertyNames.ofEntry(BATCHERS, name);
				faults.add(property, "is for no batcher (expected: one of " + known + ")", "Correct the name in "
						+ property + ", or declare the batcher by @Batched, @BulkMethod or the BatcherConfigurer.");
			}
		}
		faults.throwIfAny();
	}

	/**
	 * What is said of a batcher, the most specific first.
	 */
	private record Layers(Map<String, BatcherRule> byProperty) {

		<T> @Nullable Setting<T> first(Function<BatcherRule, @Nullable T> option) {
			for (Map.Entry<String, BatcherRule> layer : this.byProperty.entrySet()) {
				T value = option.apply(layer.getValue());
				if (value != null) {
					return new Setting<>(layer.getKey(), value);
				}
			}
			return null;
		}

		<T> void set(Function<BatcherRule, @Nullable T> option, Consumer<T> setter, Faults faults) {
			Setting<T> setting = first(option);
			if (setting != null) {
				faults.set(setting.property(), setting.value(), setter);
			}
		}

		void ifSet(Function<BatcherRule, @Nullable Boolean> option, Runnable setter) {
			Setting<Boolean> setting = first(option);
			if (setting != null && setting.value()) {
				setter.run();
			}
		}

	}

	private record Setting<T>(String property, T value) {
	}

}
