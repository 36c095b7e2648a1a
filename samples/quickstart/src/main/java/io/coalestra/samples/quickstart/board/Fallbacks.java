package io.coalestra.samples.quickstart.board;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.coalestra.key.ResourceKey;
import io.coalestra.source.Source;
import org.springframework.stereotype.Component;

/**
 * Tells whether a value is from a fall-back: from a source, but not from the one that is
 * asked first. Immutable.
 */
@Component
class Fallbacks {

	private final List<Source> inOrderOfAsking;

	Fallbacks(List<Source> sources) {
		this.inOrderOfAsking = sources.stream()
			.sorted(Comparator.comparingInt((Source source) -> source.settings().priority()).reversed())
			.toList();
	}

	/**
	 * Returns the source that is asked first for a key.
	 * @param source where the value is from
	 * @param key its key
	 * @return the name of the source that is asked first, or empty where that is the one,
	 * or the value was published and so has not been asked for
	 */
	Optional<String> replacedBy(String source, ResourceKey<?> key) {
		List<String> asked = this.inOrderOfAsking.stream()
			.filter((candidate) -> candidate.supports(key))
			.map(Source::name)
			.toList();
		return (asked.indexOf(source) > 0) ? Optional.of(asked.getFirst()) : Optional.empty();
	}

}
