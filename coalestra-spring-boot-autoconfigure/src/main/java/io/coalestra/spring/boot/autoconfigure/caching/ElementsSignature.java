package io.coalestra.spring.boot.autoconfigure.caching;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.cache.CacheableElements;
import org.jspecify.annotations.Nullable;

import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.core.ResolvableType;

/**
 * What a {@link CacheableElements} method takes, and how its elements become arguments
 * and keys.
 *
 * @param position which parameter has the elements
 * @param type the parameter's class
 */
record ElementsSignature(int position, Class<?> type) {

	private static final Set<Class<?>> COLLECTIONS = Set.of(Collection.class, List.class, Set.class, Iterable.class);

	/**
	 * Checks a method.
	 * @param method the method
	 * @param bean the bean's class
	 * @param beanName the bean's name
	 * @param cache the name of the cache
	 * @param faults takes what is wrong
	 * @return the signature, or null if it is wrong
	 */
	static @Nullable ElementsSignature of(Method method, Class<?> bean, String beanName, String cache, Faults faults) {
		String where = ConfigurationFault.placeOf("@CacheableElements", method, beanName);
		if (cache.isBlank()) {
			faults.add(where, "names no cache (expected: the name of one)",
					"Name it, for example @CacheableElements(\"prices\").");
		}
		Class<?>[] parameters = method.getParameterTypes();
		int position = -1;
		int collections = 0;
		for (int i = 0; i < parameters.length; i++) {
			if (COLLECTIONS.contains(parameters[i])) {
				position = i;
				collections++;
			}
		}
		if (collections != 1 || method.getReturnType() != Map.class) {
			faults.add(where,
					"takes " + collections + ((collections == 1) ? " collection" : " collections") + " and returns "
							+ method.getReturnType().getSimpleName()
							+ " (expected: one Collection, List, Set or Iterable of elements, and a Map by element)",
					"Change its signature, for example to \"Map<String, Price> " + method.getName()
							+ "(Collection<String> symbols)\" with your own types, or use @Cacheable for its answer as"
							+ " a whole.");
			return null;
		}
		ResolvableType element = ResolvableType.forMethodParameter(method, position, bean)
			.as(Iterable.class)
			.getGeneric(0);
		ResolvableType key = ResolvableType.forMethodReturnType(method, bean).getGeneric(0);
		if (element.resolve() != null && key.resolve() != null && !key.isAssignableFrom(element)) {
			faults.add(where,
					"takes elements of " + element + " and returns a map by " + key + " (expected: a map by element)",
					"Key the map by " + element + ".");
			return null;
		}
		return new ElementsSignature(position, parameters[position]);
	}

	Collection<?> elementsOf(@Nullable Object[] arguments) {
		Object elements = arguments[this.position];
		if (elements == null) {
			throw new IllegalArgumentException("elements: null (expected: a collection, empty or not)");
		}
		if (elements instanceof Collection<?> collection) {
			return collection;
		}
		Collection<@Nullable Object> all = new LinkedHashSet<>();
		Iterator<?> iterator = ((Iterable<?>) elements).iterator();
		while (iterator.hasNext()) {
			all.add(iterator.next());
		}
		return all;
	}

	@Nullable Object[] argumentsFor(List<?> elements, @Nullable Object[] arguments) {
		@Nullable Object[] changed = arguments.clone();
		changed[this.position] = (this.type == Set.class) ? new LinkedHashSet<>(elements) : elements;
		return changed;
	}

	/**
	 * Returns the key that a method would have that takes one element.
	 */
	Object keyOf(Object element, @Nullable Object[] arguments) {
		if (arguments.length == 1) {
			return element;
		}
		@Nullable Object[] parts = arguments.clone();
		parts[this.position] = element;
		return new SimpleKey(parts);
	}

}
