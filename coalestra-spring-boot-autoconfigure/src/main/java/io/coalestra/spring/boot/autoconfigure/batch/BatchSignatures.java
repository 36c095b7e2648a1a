package io.coalestra.spring.boot.autoconfigure.batch;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.coalestra.batch.Outcome;
import io.coalestra.spring.boot.autoconfigure.batch.BatchDeclaration.BulkForm;
import io.coalestra.spring.boot.autoconfigure.batch.BatchDeclaration.KeyForm;
import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.batch.Batched;
import io.coalestra.spring.boot.batch.BulkMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Checks the signatures of annotated methods, and says what they would have to be.
 */
final class BatchSignatures {

	private final Faults faults;

	BatchSignatures(Faults faults) {
		this.faults = faults;
	}

	/**
	 * Reads a bulk method that publishes its batcher.
	 * @param beanName the bean
	 * @param type its class
	 * @param bulk the method
	 * @param annotation what it says
	 * @return the declaration, or null if it is faulty
	 */
	@Nullable BatchDeclaration read(String beanName, Class<?> type, Method bulk, BulkMethod annotation) {
		String where = ConfigurationFault.placeOf("@BulkMethod", bulk, beanName);
		return isNamed(where, annotation.value()) ? bulk(where, annotation.value(), beanName, type, bulk) : null;
	}

	/**
	 * Reads a single-item method with its bulk partner.
	 * @param beanName the bean
	 * @param type its class
	 * @param single the method
	 * @param annotation what it says
	 * @return the declaration, or null if it is faulty
	 */
	@Nullable BatchDeclaration read(String beanName, Class<?> type, Method single, Batched annotation) {
		String where = ConfigurationFault.placeOf("@Batched", single, beanName);
		if (!isNamed(where, annotation.name()) || !isSingle(where, type, single)) {
			return null;
		}
		ResolvableType key = boxed(ResolvableType.forMethodParameter(single, 0, type));
		ResolvableType value = valueOf(ResolvableType.forMethodReturnType(single, type));
		Set<Method> partners = new LinkedHashSet<>();
		Stream.of(ReflectionUtils.getUniqueDeclaredMethods(type))
			.filter((method) -> method.getName().equals(annotation.bulk()) && !method.equals(single))
			.forEach(partners::add);
		String wanted = "Map<" + name(key) + ", " + name(value) + "> " + annotation.bulk() + "(List<" + name(key)
				+ "> keys)";
		if (partners.size() != 1) {
			this.faults.add(where,
					"names the bulk partner \"" + annotation.bulk() + "\", of which " + type.getSimpleName() + " has "
							+ (partners.isEmpty() ? "none" : partners.size()) + " (expected: one)",
					partners.isEmpty()
							? "Add the method \"" + wanted + "\" to " + type.getSimpleName() + ", or correct bulk."
							: "Give the bulk partner a name of its own.");
			return null;
		}
		BatchDeclaration declared = bulk(where, annotation.name(), beanName, type, partners.iterator().next());
		if (declared == null) {
			return null;
		}
		if (!declared.keyType().isAssignableFrom(key) || !value.isAssignableFrom(declared.valueType())) {
			this.faults.add(where,
					"reads " + name(value) + " by " + name(key) + ", and its bulk partner " + name(declared.valueType())
							+ " by " + name(declared.keyType()) + " (expected: the same types)",
					"Make the bulk partner \"" + wanted + "\", or change the single-item method.");
			return null;
		}
		return declared;
	}

	private boolean isNamed(String where, String name) {
		if (name.isBlank()) {
			this.faults.add(where, "has no name (expected: one of its own)",
					"Name the batcher in the annotation, for example after what it reads.");
		}
		return !name.isBlank();
	}

	private boolean isSingle(String where, Class<?> type, Method single) {
		int modifiers = single.getModifiers();
		if (Modifier.isStatic(modifiers) || Modifier.isPrivate(modifiers) || Modifier.isFinal(modifiers)
				|| Modifier.isFinal(type.getModifiers())) {
			this.faults.add(where, "cannot be advised by a proxy (expected: neither static, private nor final, in a"
					+ " class that is not final)", "Remove these modifiers.");
			return false;
		}
		if (single.getParameterCount() != 1) {
			this.faults.add(where,
					"has " + single.getParameterCount() + " parameters (expected: one, the key of the item)",
					"Make one record of all that tells the item, and take that as the key. What is the caller's and"
							+ " not the item's, such as the tenant, belongs into group-by.");
			return false;
		}
		if (single.getReturnType().isPrimitive()) {
			this.faults.add(where,
					"returns " + single.getReturnType() + " (expected: a type that can say that there is no item)",
					"Return "
							+ ((single.getReturnType() == void.class) ? "the value"
									: ClassUtils.resolvePrimitiveIfNecessary(single.getReturnType()).getSimpleName())
							+ ", or an Optional.");
			return false;
		}
		return true;
	}

	private @Nullable BatchDeclaration bulk(String where, String name, String beanName, Class<?> type, Method bulk) {
		if (Modifier.isStatic(bulk.getModifiers()) || Modifier.isPrivate(bulk.getModifiers())) {
			this.faults.add(where,
					"has the bulk method " + bulk.getName()
							+ ", which is static or private (expected: a method of the bean that others may call)",
					"Remove the modifier from " + bulk.getName() + ".");
			return null;
		}
		KeyForm keys = keyForm(bulk);
		ResolvableType answer = ResolvableType.forMethodReturnType(bulk, type);
		BulkForm form = bulkForm(answer);
		if (keys == null || form == null || (keys == KeyForm.SET && form == BulkForm.POSITIONAL)) {
			this.faults.add(where,
					"has the bulk method \"" + signature(bulk) + "\" (expected: one parameter, a List, Collection,"
							+ " Iterable or Set of keys, and as answer a Map by key, or for a List of keys a List"
							+ " with one element a key)",
					"Change its signature, for example to \"Map<Key, Value> " + bulk.getName()
							+ "(List<Key> keys)\" with your own types.");
			return null;
		}
		ResolvableType key = ResolvableType.forMethodParameter(bulk, 0, type).as(Iterable.class).getGeneric(0);
		ResolvableType value = switch (form) {
			case KEYED -> answer.as(Map.class).getGeneric(1);
			case OUTCOMES -> answer.as(Map.class).getGeneric(1).as(Outcome.class).getGeneric(0);
			case POSITIONAL -> answer.as(List.class).getGeneric(0);
		};
		if (key.resolve() == null || value.resolve() == null) {
			this.faults.add(where,
					"has the bulk method \"" + signature(bulk) + "\", which does not say the types of its keys and"
							+ " values (expected: type arguments without wildcards)",
					"State them, for example \"Map<Long, User> " + bulk.getName() + "(List<Long> keys)\".");
			return null;
		}
		if (form != BulkForm.POSITIONAL && !answer.as(Map.class).getGeneric(0).isAssignableFrom(key)) {
			this.faults.add(where, "has the bulk method \"" + signature(bulk)
					+ "\", which answers by other keys than it takes" + " (expected: a map by " + name(key) + ")",
					"Key the map by " + name(key) + ".");
			return null;
		}
		return new BatchDeclaration(name, beanName, bulk, form, keys, key, value);
	}

	private static @Nullable KeyForm keyForm(Method bulk) {
		if (bulk.getParameterCount() != 1) {
			return null;
		}
		Class<?> parameter = bulk.getParameterTypes()[0];
		if (parameter == Set.class) {
			return KeyForm.SET;
		}
		return (parameter == List.class || parameter == Collection.class || parameter == Iterable.class) ? KeyForm.LIST
				: null;
	}

	private static @Nullable BulkForm bulkForm(ResolvableType answer) {
		Class<?> raw = answer.toClass();
		if (Map.class.isAssignableFrom(raw)) {
			return Outcome.class.isAssignableFrom(answer.as(Map.class).getGeneric(1).toClass()) ? BulkForm.OUTCOMES
					: BulkForm.KEYED;
		}
		return List.class.isAssignableFrom(raw) ? BulkForm.POSITIONAL : null;
	}

	/**
	 * Returns what a single-item method reads, whatever it hands it out in.
	 * @param returned the method's return type
	 * @return the values' type
	 */
	private static ResolvableType valueOf(ResolvableType returned) {
		Class<?> raw = returned.toClass();
		boolean wrapped = raw == Optional.class || raw == CompletableFuture.class || raw == Outcome.class;
		return wrapped ? returned.getGeneric(0) : returned;
	}

	private static ResolvableType boxed(ResolvableType type) {
		Class<?> raw = type.toClass();
		return raw.isPrimitive() ? ResolvableType.forClass(ClassUtils.resolvePrimitiveIfNecessary(raw)) : type;
	}

	private static String name(ResolvableType type) {
		return shortened(type.toString());
	}

	private static String signature(Method method) {
		StringBuilder parameters = new StringBuilder();
		for (var parameter : method.getGenericParameterTypes()) {
			parameters.append(parameters.isEmpty() ? "" : ", ").append(shortened(parameter.getTypeName()));
		}
		return shortened(method.getGenericReturnType().getTypeName()) + " " + method.getName() + "(" + parameters + ")";
	}

	private static String shortened(String type) {
		return type.replaceAll("[a-z_][\\w]*\\.(?=[\\w.]*[A-Z])", "").replaceAll("\\b\\w+\\$", "");
	}

}
