package io.coalestra.spring.boot.source;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import io.coalestra.key.ResourceKey;
import io.coalestra.source.Payload;
import io.coalestra.source.SourceProtocolException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What a method answers with, and how that becomes payloads. Immutable.
 */
final class MethodAnswer {

	private final Class<?> payloadType;

	private final @Nullable ReactiveAdapter adapter;

	private final boolean async;

	private final boolean bySubject;

	private MethodAnswer(Class<?> payloadType, @Nullable ReactiveAdapter adapter, boolean async, boolean bySubject) {
		this.payloadType = payloadType;
		this.adapter = adapter;
		this.async = async;
		this.bySubject = bySubject;
	}

	static MethodAnswer of(SourceMethod owner, Class<?> beanType, Method method, MethodArguments arguments) {
		ResolvableType type = ResolvableType.forMethodReturnType(method, beanType);
		Class<?> raw = type.toClass();
		boolean stage = CompletionStage.class.isAssignableFrom(raw);
		ReactiveAdapter adapter = stage ? null : adapterOf(owner, raw);
		boolean async = stage || adapter != null;
		if (async && arguments.form() == MethodArguments.Form.DERIVED) {
			throw owner.refused("derives, and answers with " + raw.getSimpleName() + " (expected: the value itself)",
					"Read what has to be read in a source of its own, name it by @Dependency, and compute here.");
		}
		ResolvableType inner = stage ? type.as(CompletionStage.class).getGeneric(0) : async ? type.getGeneric(0) : type;
		ResolvableType value = (arguments.form() == MethodArguments.Form.BATCH) ? valueOfBatch(owner, inner, arguments)
				: inner;
		return new MethodAnswer(payloadOf(owner, value), adapter, async, arguments.isBySubject());
	}

	private static @Nullable ReactiveAdapter adapterOf(SourceMethod owner, Class<?> raw) {
		ReactiveAdapterRegistry registry = ReactiveAdapterRegistry.getSharedInstance();
		ReactiveAdapter adapter = registry.hasAdapters() ? registry.getAdapter(raw) : null;
		if (adapter != null && (adapter.isMultiValue() || adapter.isNoValue())) {
			throw owner.refused("answers with " + raw.getSimpleName() + " (expected: a reactive type of one value)",
					"Answer with a Mono; for many keys, with a Mono of a Map.");
		}
		if (adapter != null
				&& !ClassUtils.isPresent("reactor.core.publisher.Mono", owner.getClass().getClassLoader())) {
			throw owner.refused(
					"answers with " + raw.getSimpleName() + ", which Reactor subscribes to, and Reactor is"
							+ " not there (expected: io.projectreactor:reactor-core on the class path)",
					"Add the dependency io.projectreactor:reactor-core, or answer with a CompletableFuture.");
		}
		return adapter;
	}

	private static ResolvableType valueOfBatch(SourceMethod owner, ResolvableType type, MethodArguments arguments) {
		ResolvableType map = type.as(Map.class);
		Class<?> expected = arguments.isBySubject() ? String.class : ResourceKey.class;
		if (map.equals(ResolvableType.NONE) || map.getGeneric(0).toClass() != expected) {
			throw owner.refused(
					"takes many keys, and answers with " + type + " (expected: a Map by " + expected.getSimpleName()
							+ ")",
					"Answer with Map<" + (arguments.isBySubject() ? "String" : "ResourceKey<...>")
							+ ", ...>: what is left out of it" + " is asked of the next source.");
		}
		return map.getGeneric(1);
	}

	private static Class<?> payloadOf(SourceMethod owner, ResolvableType type) {
		Class<?> raw = type.toClass();
		Class<?> payload = (raw == Payload.class || raw == Optional.class) ? type.getGeneric(0).toClass() : raw;
		if (payload == void.class || payload == Void.class) {
			throw owner.refused("answers with nothing",
					"Answer with the value, or with a Payload or an Optional of it.");
		}
		return ClassUtils.resolvePrimitiveIfNecessary(payload);
	}

	Class<?> payloadType() {
		return this.payloadType;
	}

	boolean isAsync() {
		return this.async;
	}

	/**
	 * Makes a stage of what an asynchronous method answered.
	 * @param answered the answer
	 * @return the stage
	 */
	CompletionStage<?> stage(@Nullable Object answered) {
		if (answered == null) {
			throw new SourceProtocolException("the source answered null (expected: what it declares, to be completed)");
		}
		return (this.adapter != null) ? ReactiveAnswers.stage(this.adapter, answered) : (CompletionStage<?>) answered;
	}

	/**
	 * Makes a payload of what a method answered for one key.
	 * @param answered the answer
	 * @return the payload
	 */
	Payload<Object> payload(@Nullable Object answered) {
		return switch (answered) {
			case null -> nothing();
			case Payload<?> payload -> objectPayload(payload);
			case Optional<?> optional -> optional.map((value) -> Payload.of((Object) value)).orElseGet(Payload::absent);
			default -> Payload.of(answered);
		};
	}

	private Payload<Object> nothing() {
		if (this.adapter == null) {
			throw new SourceProtocolException("the source answered null (expected: a value, or an empty Optional or"
					+ " Payload.absent() where the resource does not exist)");
		}
		// A reactive type says by completing empty that there is nothing.
		return Payload.absent();
	}

	@SuppressWarnings("unchecked") // a payload is immutable, so that a wider type is safe
	private static Payload<Object> objectPayload(Payload<?> payload) {
		return (Payload<Object>) payload;
	}

	/**
	 * Makes payloads of what a method answered for many keys.
	 * @param answered the answer
	 * @param keys what was asked for
	 * @return the payloads
	 */
	Map<ResourceKey<Object>, Payload<Object>> payloads(@Nullable Object answered, List<ResourceKey<Object>> keys) {
		if (!(answered instanceof Map<?, ?> map)) {
			throw new SourceProtocolException("the source answered null (expected: a map)");
		}
		Map<ResourceKey<Object>, Payload<Object>> payloads = new LinkedHashMap<>();
		if (this.bySubject) {
			for (ResourceKey<Object> key : keys) {
				if (map.containsKey(key.subject())) {
					payloads.put(key, payload(map.get(key.subject())));
				}
			}
			requireKnown(map, keys);
		}
		else {
			map.forEach((key, value) -> payloads.put(objectKey(key), payload(value)));
		}
		return payloads;
	}

	private static void requireKnown(Map<?, ?> answered, List<ResourceKey<Object>> keys) {
		long known = keys.stream().map(ResourceKey::subject).filter(answered::containsKey).distinct().count();
		if (known < answered.size()) {
			throw new SourceProtocolException("the source answered for " + (answered.size() - known)
					+ " subjects that were not asked for (expected: a part of those that were)");
		}
	}

	@SuppressWarnings("unchecked") // the engine refuses keys that were not asked for
	private static ResourceKey<Object> objectKey(@Nullable Object key) {
		if (!(key instanceof ResourceKey<?> asked)) {
			throw new SourceProtocolException("the source answered for something that is no key (expected: keys)");
		}
		return (ResourceKey<Object>) asked;
	}

}
