package io.coalestra.spring.boot.source;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.source.Dependencies;
import io.coalestra.source.FetchContext;
import io.coalestra.source.Source;
import io.coalestra.source.SourceBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * One annotated method: reads its signature, and makes a source that calls it.
 */
final class SourceMethod {

	private final Method method;

	private final String place;

	private final ResourceSource declaration;

	private final Function<String, @Nullable String> placeholders;

	private final MethodArguments arguments;

	private final MethodAnswer answer;

	SourceMethod(Class<?> beanType, Method method, Function<String, @Nullable String> placeholders) {
		this.method = method;
		this.place = "method " + beanType.getSimpleName() + "." + method.getName();
		this.declaration = Objects
			.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, ResourceSource.class));
		this.placeholders = placeholders;
		this.arguments = MethodArguments.of(this, beanType, method);
		this.answer = MethodAnswer.of(this, beanType, method, this.arguments);
	}

	InvalidSourceMethodException refused(String problem, String remedy) {
		return new InvalidSourceMethodException(this.place, problem, remedy);
	}

	/**
	 * Reads the name of a type.
	 * @param text the text, which may hold placeholders
	 * @param payload the payload's class
	 * @return the type
	 */
	ResourceType<Object> type(String text, Class<?> payload) {
		String resolved = resolve(text);
		int colon = resolved.indexOf(':');
		try {
			if (colon > 0 && resolved.indexOf(':', colon + 1) < 0) {
				return objectType(
						ResourceType.of(resolved.substring(0, colon), resolved.substring(colon + 1), payload));
			}
		}
		catch (IllegalArgumentException ex) {
			throw refused("names the type \"" + resolved + "\": " + ex.getMessage(),
					"Correct the type, for example to \"market:price\".");
		}
		throw refused("names the type \"" + resolved + "\" (expected: namespace:name)",
				"Write the type of the keys that the method answers for, for example @ResourceSource(\"market:price\").");
	}

	// Payloads are handled as objects here; a key's own type checks them when it is read.
	@SuppressWarnings("unchecked")
	private static ResourceType<Object> objectType(ResourceType<?> type) {
		return (ResourceType<Object>) type;
	}

	private String resolve(String text) {
		String resolved = this.placeholders.apply(text);
		return (resolved != null) ? resolved.strip() : "";
	}

	Source source(Supplier<Object> bean) {
		String name = resolve(this.declaration.name());
		name = name.isEmpty() ? this.method.getName() : name;
		ResourceType<Object> type = type(this.declaration.type(), this.answer.payloadType());
		MethodCall call = new MethodCall(this.method, bean);
		try {
			return switch (this.arguments.form()) {
				case SINGLE -> configured(single(name, type, call)).build();
				case BATCH -> configured(batch(name, type, call)).build();
				case DERIVED -> configured(derived(name, type, call)).build();
			};
		}
		catch (IllegalArgumentException ex) {
			throw refused("is refused: " + ex.getMessage(), "Correct what @ResourceSource says on the method.");
		}
	}

	private SourceBuilder<Object, ?, ?> single(String name, ResourceType<Object> type, MethodCall call) {
		var builder = this.answer.isAsync()
				? Source.singleAsync(name, type,
						(ResourceKey<Object> key, FetchContext context) -> this.answer
							.stage(call.invoke(this.arguments.single(key, context)))
							.thenApply(this.answer::payload))
				: Source.single(name, type, (ResourceKey<Object> key, FetchContext context) -> this.answer
					.payload(call.invoke(this.arguments.single(key, context))));
		return qualified(builder);
	}

	private <B extends SourceBuilder<Object, ?, B>> B qualified(B builder) {
		Set<String> required = this.arguments.requiredQualifiers();
		return required.isEmpty() ? builder
				: builder.supports((key) -> key.qualifiers().keySet().containsAll(required));
	}

	private SourceBuilder<Object, ?, ?> batch(String name, ResourceType<Object> type, MethodCall call) {
		var builder = this.answer.isAsync()
				? Source.batchAsync(name, type, (List<ResourceKey<Object>> keys, FetchContext context) -> {
					CompletionStage<?> stage = this.answer.stage(call.invoke(this.arguments.batch(keys, context)));
					return stage.thenApply((answered) -> this.answer.payloads(answered, keys));
				}) : Source.batch(name, type, (List<ResourceKey<Object>> keys, FetchContext context) -> this.answer
					.payloads(call.invoke(this.arguments.batch(keys, context)), keys));
		if (this.declaration.maxBatchSize() != 0) {
			builder.maxBatchSize(this.declaration.maxBatchSize());
		}
		return this.arguments.isBySubject() ? builder.supports((key) -> key.qualifiers().isEmpty()) : builder;
	}

	private SourceBuilder<Object, ?, ?> derived(String name, ResourceType<Object> type, MethodCall call) {
		List<ResourceType<Object>> dependencies = this.arguments.dependencies();
		return qualified(Source.derived(name, type,
				(ResourceKey<Object> key) -> dependencies.stream().map((dependency) -> key.of(dependency)).toList(),
				(ResourceKey<Object> key, Dependencies values, FetchContext context) -> this.answer
					.payload(call.invoke(this.arguments.derived(key, values, context)))));
	}

	private <B extends SourceBuilder<Object, ?, ?>> B configured(B builder) {
		builder.priority(this.declaration.priority());
		time("timeout", this.declaration.timeout(), builder::timeout);
		time("queueTimeout", this.declaration.queueTimeout(), builder::queueTimeout);
		time("transportTimeout", this.declaration.transportTimeout(), builder::transportTimeout);
		time("hedgeAfter", this.declaration.hedgeAfter(), builder::hedgeAfter);
		if (this.declaration.maxConcurrency() != 0) {
			builder.maxConcurrency(this.declaration.maxConcurrency());
		}
		if (this.declaration.nonBlocking()) {
			builder.nonBlocking();
		}
		if (this.declaration.inline()) {
			builder.inline();
		}
		return builder;
	}

	private void time(String attribute, String text, Consumer<Duration> setter) {
		String resolved = resolve(text);
		if (!resolved.isEmpty()) {
			setter.accept(duration(attribute, resolved));
		}
	}

	private Duration duration(String attribute, String text) {
		try {
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			throw refused("has the " + attribute + " \"" + text + "\" (expected: a duration)",
					"Write it as in properties, for example " + attribute + " = \"2s\" or \"1750ms\".");
		}
	}

}
