package io.coalestra.spring.boot.autoconfigure;

import java.util.List;

import io.coalestra.source.Source;

/**
 * The sources that were found as beans, in their order, with what the properties say laid
 * over what they say themselves. Immutable.
 */
final class DiscoveredSources {

	private final List<Source> sources;

	DiscoveredSources(List<Source> sources) {
		this.sources = List.copyOf(sources);
	}

	List<Source> asList() {
		return this.sources;
	}

}
