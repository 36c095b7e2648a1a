package io.coalestra.spring.boot.autoconfigure.collections;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.mapping.JsonCodec;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import io.coalestra.spring.boot.collections.RowRepository;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Makes the collection that an interface declares, and an object of the interface.
 *
 * <p>
 * Public for the code that is generated ahead of time, which is beside the interface,
 * since that need not be public.
 *
 * @param <T> the interface
 */
public final class RowRepositoryFactoryBean<T> implements FactoryBean<T> {

	private final Class<T> type;

	private final ObjectProvider<CollectionRegistry> registry;

	private final ObjectProvider<JsonCodec> json;

	/**
	 * Makes the factory of an interface.
	 * @param type the interface
	 * @param registry makes the collection, asked for with the first use
	 * @param json writes columns of JSON, where there is one
	 */
	public RowRepositoryFactoryBean(Class<T> type, ObjectProvider<CollectionRegistry> registry,
			ObjectProvider<JsonCodec> json) {
		this.type = type;
		this.registry = registry;
		this.json = json;
	}

	@Override
	public Class<?> getObjectType() {
		return this.type;
	}

	@Override
	public T getObject() {
		requireDeclaration();
		CollectionRegistry collections = this.registry.getIfUnique();
		if (collections == null) {
			throw fault(
					"has no store to keep its rows in: there is neither one DataSource bean with PostgreSQL's"
							+ " driver nor a bean of type RowStore",
					MissingCollectionsFailureAnalyzer.ADD_A_STORE, null);
		}
		RowCollection<?, ?> rows;
		try {
			rows = rows(collections);
		}
		catch (IllegalArgumentException ex) {
			throw fault("cannot be made: " + ex.getMessage(),
					"Correct the interface or its record, or its properties below " + CollectionRules.PREFIX
							+ ".named. Where two are of one table, give one another name by @RowRepository(\"...\"):"
							+ " they then share nothing, and neither hears of what is written through the other.",
					ex);
		}
		Object made = Proxy.newProxyInstance(this.type.getClassLoader(), new Class<?>[] { this.type },
				new RowRepositoryProxy(this.type, rows));
		return this.type.cast(made);
	}

	private RowCollection<?, ?> rows(CollectionRegistry collections) {
		RowMapping<?, ? extends Record> mapping = mapping();
		RowRepository declared = AnnotatedElementUtils.getMergedAnnotation(this.type, RowRepository.class);
		String name = (declared != null) ? declared.value() : "";
		return collections.rows(name.isEmpty() ? mapping.table().name() : name, mapping);
	}

	private RowMapping<?, ? extends Record> mapping() {
		Class<?> key = Objects.requireNonNull(argument(0));
		Class<? extends Record> row = Objects.requireNonNull(argument(1)).asSubclass(Record.class);
		JsonCodec codec = this.json.getIfUnique();
		return (codec != null) ? RowMapping.of(key, row, codec) : RowMapping.of(key, row);
	}

	private @Nullable Class<?> argument(int place) {
		return ResolvableType.forClass(this.type).as(RowCollection.class).getGeneric(place).resolve();
	}

	private void requireDeclaration() {
		if (!this.type.isInterface()) {
			throw fault("is no interface",
					"Make it an interface that extends RowCollection: the library provides the implementation.", null);
		}
		Class<?> row = argument(1);
		if (argument(0) == null || row == null || !row.isRecord()) {
			throw fault("does not say which rows it has",
					"Let it extend RowCollection with the class of its keys and the record of its rows, for example"
							+ " RowCollection<Long, Account>. Rows without a record are declared as a bean: registry.rows(table).",
					null);
		}
		List<String> unknown = new ArrayList<>();
		for (Method method : this.type.getMethods()) {
			if (Modifier.isAbstract(method.getModifiers())
					&& !method.getDeclaringClass().isAssignableFrom(RowCollection.class)) {
				unknown.add(method.getName());
			}
		}
		if (!unknown.isEmpty()) {
			throw fault("declares what nothing implements: " + String.join(", ", unknown),
					"Make it a default method that calls those of RowCollection; what no key finds is a query of the"
							+ " application's, with JdbcClient for example.",
					null);
		}
	}

	private InvalidConfigurationException fault(String problem, String remedy, @Nullable Throwable cause) {
		return new InvalidConfigurationException(
				List.of(new ConfigurationFault("The row repository " + this.type.getName(), problem, remedy)), cause);
	}

}
