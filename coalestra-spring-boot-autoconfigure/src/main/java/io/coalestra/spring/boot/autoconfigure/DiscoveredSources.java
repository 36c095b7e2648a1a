package io.coalestra.spring.boot.autoconfigure;

import java.util.List;

import io.coalestra.source.Source;

/**
 * The sources that were found as beans, in their order, with what the properties say laid
 * over what they say themselves. Immutable.
 */
final class DiscoveredSources {

	private final List<Source> sources;

	private final List<Source> unconfigured;

	/**
	 * Keeps sources.
	 * @param sources the sources, the properties laid over them
	 * @param unconfigured the same as they are without the properties
	 */
	DiscoveredSources(List<Source> sources, List<Source> unconfigured) {
		this.sources = List.copyOf(sources);
		this.unconfigured = List.copyOf(unconfigured);
	}

	List<Source> unconfigured() {
		return this.unconfigured;
	}

	List<Source> asList() {
		return this.sources;
	}

}
