package io.coalestra.spring.boot.source;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.source.Dependencies;
import io.coalestra.source.FetchContext;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionService;
import org.springframework.util.ClassUtils;

/**
 * What the parameters of a method are bound to, and which form of source that makes it.
 * Immutable.
 */
final class MethodArguments {

	private static final ConversionService CONVERSIONS = ApplicationConversionService.getSharedInstance();

	private static final String ALLOWED = "A parameter is a ResourceKey, a FetchContext, or has @Subject, @KeyQualifier"
			+ " or @Dependency; that of a batch is a List of ResourceKey, or a List of String with @Subject.";

	private final List<Binding> bindings;

	private final Form form;

	private MethodArguments(List<Binding> bindings, Form form) {
		this.bindings = List.copyOf(bindings);
		this.form = form;
	}

	static MethodArguments of(SourceMethod owner, Class<?> beanType, Method method) {
		List<Binding> bindings = new ArrayList<>();
		Parameter[] parameters = method.getParameters();
		for (int i = 0; i < parameters.length; i++) {
			bindings.add(bind(owner, parameters[i], ResolvableType.forMethodParameter(method, i, beanType)));
		}
		return new MethodArguments(bindings, formOf(owner, bindings));
	}

	private static Binding bind(SourceMethod owner, Parameter parameter, ResolvableType type) {
		Class<?> raw = type.toClass();
		Dependency dependency = parameter.getAnnotation(Dependency.class);
		if (dependency != null) {
			boolean optional = raw == Optional.class;
			Class<?> payload = ClassUtils
				.resolvePrimitiveIfNecessary(optional ? type.getGeneric(0).resolve(Object.class) : raw);
			return new Binding.OfDependency(owner.type(dependency.value(), payload), optional, payload);
		}
		KeyQualifier qualifier = parameter.getAnnotation(KeyQualifier.class);
		if (qualifier != null) {
			boolean optional = raw == Optional.class;
			Class<?> target = optional ? type.getGeneric(0).resolve(Object.class) : raw;
			requireConvertible(owner, parameter, target);
			return new Binding.OfQualifier(qualifier.value(), optional, target);
		}
		if (parameter.isAnnotationPresent(Subject.class)) {
			if (isCollection(raw)) {
				requireElements(owner, parameter, type, String.class);
				return new Binding.OfSubjects(raw == Set.class);
			}
			requireConvertible(owner, parameter, raw);
			return new Binding.OfSubject(raw);
		}
		if (raw == FetchContext.class) {
			return new Binding.OfContext();
		}
		if (raw == ResourceKey.class) {
			return new Binding.OfKey();
		}
		if (isCollection(raw)) {
			requireElements(owner, parameter, type, ResourceKey.class);
			return new Binding.OfKeys(raw == Set.class);
		}
		throw owner.refused("has the parameter \"" + parameter.getName() + "\" of type " + raw.getSimpleName()
				+ ", which nothing can be bound to", ALLOWED);
	}

	private static boolean isCollection(Class<?> raw) {
		return raw == List.class || raw == Collection.class || raw == Set.class;
	}

	private static void requireElements(SourceMethod owner, Parameter parameter, ResolvableType type,
			Class<?> element) {
		if (type.getGeneric(0).toClass() != element) {
			throw owner.refused("has the parameter \"" + parameter.getName() + "\" with elements of type "
					+ type.getGeneric(0).toClass().getSimpleName() + " (expected: " + element.getSimpleName() + ")",
					ALLOWED);
		}
	}

	private static void requireConvertible(SourceMethod owner, Parameter parameter, Class<?> target) {
		if (!CONVERSIONS.canConvert(String.class, target)) {
			throw owner.refused(
					"has the parameter \"" + parameter.getName() + "\" of type " + target.getSimpleName()
							+ " (expected: a type that text can be converted to)",
					"Take it as a String, or as a number, an enum or a UUID.");
		}
	}

	private static Form formOf(SourceMethod owner, List<Binding> bindings) {
		long batches = bindings.stream().filter(Binding::isBatch).count();
		boolean single = bindings.stream().anyMatch(Binding::isOfOneKey);
		boolean derives = bindings.stream().anyMatch(Binding.OfDependency.class::isInstance);
		if (batches > 1 || (batches == 1 && (single || derives))) {
			throw owner.refused("takes many keys and something else of a key",
					"Take the keys of a batch as one List<ResourceKey<...>>, or as one List<String> with @Subject, and"
							+ " beside it a FetchContext at most.");
		}
		if (batches == 1) {
			return Form.BATCH;
		}
		return derives ? Form.DERIVED : Form.SINGLE;
	}

	Form form() {
		return this.form;
	}

	boolean isBySubject() {
		return this.bindings.stream().anyMatch(Binding.OfSubjects.class::isInstance);
	}

	Set<String> requiredQualifiers() {
		Set<String> names = new LinkedHashSet<>();
		for (Binding binding : this.bindings) {
			if (binding instanceof Binding.OfQualifier qualifier && !qualifier.optional()) {
				names.add(qualifier.name());
			}
		}
		return names;
	}

	List<ResourceType<Object>> dependencies() {
		List<ResourceType<Object>> types = new ArrayList<>();
		for (Binding binding : this.bindings) {
			if (binding instanceof Binding.OfDependency dependency) {
				types.add(dependency.type());
			}
		}
		return types;
	}

	@Nullable Object[] single(ResourceKey<?> key, FetchContext context) {
		return arguments(new Binding.Given(List.of(key), null, context));
	}

	@Nullable Object[] batch(List<? extends ResourceKey<?>> keys, FetchContext context) {
		return arguments(new Binding.Given(keys, null, context));
	}

	@Nullable Object[] derived(ResourceKey<?> key, Dependencies values, FetchContext context) {
		return arguments(new Binding.Given(List.of(key), values, context));
	}

	private @Nullable Object[] arguments(Binding.Given given) {
		@Nullable Object[] arguments = new @Nullable Object[this.bindings.size()];
		for (int i = 0; i < arguments.length; i++) {
			arguments[i] = this.bindings.get(i).argument(given);
		}
		return arguments;
	}

	static @Nullable Object convert(String text, Class<?> target) {
		return CONVERSIONS.convert(text, target);
	}

	/**
	 * The forms of sources.
	 */
	enum Form {

		SINGLE, BATCH, DERIVED

	}

}
