package io.coalestra.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.KeyPattern;
import org.jspecify.annotations.Nullable;

/**
 * A source's name, and the keys that it supports: types first, which cost nothing to ask,
 * and then what the application adds.
 */
record SourceScope(String name, List<ResourceType<?>> types, List<KeyPattern> patterns,
		@Nullable Predicate<? super ResourceKey<?>> predicate) {

	SourceScope {
		name = Objects.requireNonNull(name, "name").strip();
		if (name.isEmpty()) {
			throw new IllegalArgumentException("source name: \"\" (expected: not blank)");
		}
		types = List.copyOf(types);
		patterns = List.copyOf(patterns);
	}

	SourceScope widenedBy(ResourceType<?> type) {
		List<ResourceType<?>> more = new ArrayList<>(this.types);
		more.add(Objects.requireNonNull(type, "type"));
		return new SourceScope(this.name, more, this.patterns, this.predicate);
	}

	SourceScope widenedBy(KeyPattern pattern) {
		List<KeyPattern> more = new ArrayList<>(this.patterns);
		more.add(Objects.requireNonNull(pattern, "pattern"));
		return new SourceScope(this.name, this.types, more, this.predicate);
	}

	SourceScope narrowedBy(Predicate<? super ResourceKey<?>> condition) {
		Objects.requireNonNull(condition, "supports");
		Predicate<? super ResourceKey<?>> present = this.predicate;
		Predicate<ResourceKey<?>> both = (present != null) ? (key) -> present.test(key) && condition.test(key)
				: condition::test;
		return new SourceScope(this.name, this.types, this.patterns, both);
	}

	boolean covers(ResourceType<?> type) {
		for (ResourceType<?> candidate : this.types) {
			if (candidate.equals(type)) {
				return true;
			}
		}
		for (KeyPattern pattern : this.patterns) {
			if (pattern.matches(type)) {
				return true;
			}
		}
		return false;
	}

	boolean supports(ResourceKey<?> key) {
		return covers(key.type()) && (this.predicate == null || this.predicate.test(key));
	}

}
