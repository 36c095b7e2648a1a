package io.coalestra.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.coalestra.source.Source;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.UnknownSources;
import io.coalestra.spring.boot.autoconfigure.fault.CoreMessage;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;
import io.coalestra.spring.boot.source.SourceMethods;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Finds the sources among the beans, lays the properties over them, and checks what can
 * only be said of all of them together.
 */
final class SourceDiscovery {

	private static final Logger logger = LoggerFactory.getLogger(SourceDiscovery.class);

	private final CoalestraProperties properties;

	private final ConfigurableListableBeanFactory beanFactory;

	private final Faults faults = new Faults();

	SourceDiscovery(CoalestraProperties properties, ConfigurableListableBeanFactory beanFactory) {
		this.properties = properties;
		this.beanFactory = beanFactory;
	}

	DiscoveredSources discover(ObjectProvider<Source> beans) {
		SourceRules rules = new PropertiesMapper(this.properties, this.faults).sourceRules();
		// The provider knows the order and which beans are candidates at all, and only
		// this map the names.
		IdentityHashMap<Source, String> beanNames = new IdentityHashMap<>();
		this.beanFactory.getBeansOfType(Source.class).forEach((name, source) -> beanNames.put(source, name));
		List<FoundSource> found = new ArrayList<>();
		beans.orderedStream()
			.forEachOrdered((source) -> found.add(found(beanNames.getOrDefault(source, "?"), source, rules)));
		new SourceMethods(this.beanFactory).find((beanName, source) -> found.add(found(beanName, source, rules)),
				(refused) -> this.faults.add(refused.method(), refused.problem(), refused.remedy()));
		checkNames(found);
		checkSettingsHaveSources(found);
		found.forEach(this::checkTimeouts);
		this.faults.throwIfAny();
		return new DiscoveredSources(found.stream().map(FoundSource::source).toList(),
				found.stream().map(FoundSource::declared).toList());
	}

	private FoundSource found(String beanName, Source declared, SourceRules rules) {
		Source configured = rules.configure(declared, this.faults);
		return new FoundSource(beanName, declared, configured);
	}

	private void checkNames(List<FoundSource> found) {
		Map<String, List<String>> beansByName = new LinkedHashMap<>();
		found.forEach((source) -> beansByName.computeIfAbsent(source.source().name(), (name) -> new ArrayList<>())
			.add("'" + source.beanName() + "'"));
		beansByName.forEach((name, beans) -> {
			if (beans.size() > 1) {
				this.faults.add("source \"" + name + "\"",
						"is there " + beans.size() + " times (expected: a name of its own for each), as beans "
								+ String.join(", ", beans),
						"Change the first argument of Source.single, Source.batch or Source.derived, or the name of"
								+ " @ResourceSource, in all but one of these beans, for example to \"" + name
								+ "-2\".");
			}
		});
	}

	private void checkSettingsHaveSources(List<FoundSource> found) {
		Set<String> names = new TreeSet<>();
		found.forEach((source) -> names.add(source.source().name()));
		for (String name : this.properties.sources().keySet()) {
			if (!names.contains(name)) {
				String property = PropertyNames.ofEntry(SourceRules.SOURCES, name);
				String problem = "is for no source (expected: one of " + names + ", the names of the Source beans)";
				if (this.properties.unknownSources() == UnknownSources.WARN) {
					logger.warn("{} {}", property, problem);
				}
				else {
					this.faults.add(property, problem, "Correct the name in " + property + brackets(names)
							+ ", or set coalestra.unknown-sources=warn.");
				}
			}
		}
	}

	private static String brackets(Set<String> names) {
		return names.stream()
			.filter((name) -> !PropertyNames.isPlain(name))
			.findFirst()
			.map((name) -> ", in brackets where it needs them, as \"[" + name + "]\"")
			.orElse("");
	}

	private void checkTimeouts(FoundSource found) {
		Source source = found.source();
		TimeoutGuarantee guarantee = TimeoutGuarantee.of(source.name(), source.settings());
		if (guarantee.safe()) {
			return;
		}
		String where = "source \"" + source.name() + "\" (bean '" + found.beanName() + "')";
		String property = PropertyNames.ofEntry(SourceRules.SOURCES, source.name()) + ".transport-timeout";
		if (guarantee.status() == TimeoutGuarantee.Status.UNDECLARED) {
			if (this.properties.requireTimeoutDeclarations()) {
				this.faults.add(where,
						"does not declare how its calls are sure to end (expected: the time limit of"
								+ " its own client, or that it never blocks)",
						"Call transportTimeout(...), or set it in @ResourceSource, with the time limit of the client that \""
								+ source.name() + "\" uses, or nonBlocking() if it never blocks; or set " + property
								+ ", for example to 1750ms. coalestra.require-timeout-declarations=false makes it a"
								+ " finding of the health instead.");
			}
		}
		else if (!this.properties.allowUnsafeBlockingSources()) {
			this.faults.add(where,
					CoreMessage.readable("has the transport timeout " + guarantee.transportTimeout()
							+ " (expected: below its timeout " + guarantee.sourceTimeout() + ")"),
					"Shorten the time limit of its client and state it by transportTimeout(...) or " + property
							+ ", or lengthen its timeout. coalestra.allow-unsafe-blocking-sources=true makes it a"
							+ " critical finding of the health instead.");
		}
	}

	private record FoundSource(String beanName, Source declared, Source source) {
	}

}
