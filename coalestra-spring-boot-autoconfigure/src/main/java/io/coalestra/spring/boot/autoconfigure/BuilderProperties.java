package io.coalestra.spring.boot.autoconfigure;

import java.util.Map;

import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.SourceRule;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * What properties say of one builder.
 *
 * @param prefix below which they are
 * @param properties what they say
 * @param bases what settings of sources build on, which all builders share
 */
record BuilderProperties(String prefix, CoalestraProperties properties, Map<String, SourceRule> bases) {

	/**
	 * Keeps the properties of the builder that has no name.
	 * @param properties what they say
	 * @return the properties
	 */
	static BuilderProperties of(CoalestraProperties properties) {
		return new BuilderProperties(PropertiesMapper.PREFIX, properties, properties.bases());
	}

	/**
	 * Binds the properties of a named builder.
	 * @param name its name
	 * @param shared what is said for all builders
	 * @param environment has the properties
	 * @return the properties
	 */
	static BuilderProperties bind(String name, CoalestraProperties shared, Environment environment) {
		String prefix = BuilderNames.propertiesOf(name);
		return new BuilderProperties(prefix,
				Binder.get(environment).bindOrCreate(prefix, Bindable.of(CoalestraProperties.class)), shared.bases());
	}

	/**
	 * Returns what maps them.
	 * @param faults takes what is wrong
	 * @return the mapper
	 */
	PropertiesMapper mapper(Faults faults) {
		return new PropertiesMapper(this, faults);
	}

}
