package io.coalestra.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import io.coalestra.source.Source;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties.UnknownSources;
import io.coalestra.spring.boot.autoconfigure.fault.CoreMessage;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;
import io.coalestra.spring.boot.source.SourceMethods;
import org.jspecify.annotations.Nullable;
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

	private final String prefix;

	private final ConfigurableListableBeanFactory beanFactory;

	private final BuilderMembership membership;

	private final @Nullable String builder;

	private final Faults faults = new Faults();

	private final SourceRules rules;

	/**
	 * Makes a discovery.
	 * @param properties what properties say of the builder
	 * @param beanFactory has the beans
	 * @param membership says which beans are the builder's
	 * @param builder the builder's name, or null for the one that has none
	 */
	SourceDiscovery(BuilderProperties properties, ConfigurableListableBeanFactory beanFactory,
			BuilderMembership membership, @Nullable String builder) {
		this.properties = properties.properties();
		this.prefix = properties.prefix();
		this.beanFactory = beanFactory;
		this.membership = membership;
		this.builder = builder;
		this.rules = properties.mapper(this.faults).sourceRules();
	}

	DiscoveredSources discover(ObjectProvider<Source> beans) {
		checkSingletons();
		IdentityHashMap<Source, String> beanNames = new IdentityHashMap<>();
		this.beanFactory.getBeansOfType(Source.class).forEach((name, source) -> beanNames.put(source, name));
		List<FoundSource> found = new ArrayList<>();
		this.membership.beansOf(this.builder, Source.class, beans)
			.forEachOrdered((source) -> found.add(found(beanNames.getOrDefault(source, "?"), source)));
		new SourceMethods(this.beanFactory,
				(beanName, method) -> Objects.equals(this.membership.ofMethod(beanName, method), this.builder))
			.find((beanName, source) -> found.add(found(beanName, source)),
					(refused) -> this.faults.add(refused.method(), refused.problem(), refused.remedy()));
		checkNames(found);
		checkSettingsHaveSources(found);
		found.forEach(this::checkTimeouts);
		this.faults.throwIfAny();
		return new DiscoveredSources(found.stream().map(FoundSource::source).toList(),
				found.stream().map(FoundSource::declared).toList());
	}

	// A builder asks the same object for as long as it lives.
	private void checkSingletons() {
		for (String beanName : this.beanFactory.getBeanNamesForType(Source.class)) {
			if (!this.beanFactory.isSingleton(beanName)) {
				this.faults.add("bean '" + beanName + "'",
						"is a Source, and not a singleton (expected: one object for all calls)",
						"Take out the bean's scope; what differs from call to call belongs in the key, or in the"
								+ " metadata of the request.");
			}
		}
		this.faults.throwIfAny();
	}

	private FoundSource found(String beanName, Source declared) {
		return new FoundSource(beanName, declared, this.rules.configure(declared, this.faults));
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
				String property = this.rules.propertyOf(name);
				String problem = "is for no source (expected: one of " + names + ", the names of the Source beans)";
				if (this.properties.unknownSources() == UnknownSources.WARN) {
					logger.warn("{} {}", property, problem);
				}
				else {
					this.faults.add(property, problem, "Correct the name in " + property + brackets(names) + ", or set "
							+ this.prefix + ".unknown-sources=warn.");
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
		String property = this.rules.propertyOf(source.name()) + ".transport-timeout";
		if (guarantee.status() == TimeoutGuarantee.Status.UNDECLARED) {
			if (this.properties.requireTimeoutDeclarations()) {
				this.faults.add(where,
						"does not declare how its calls are sure to end (expected: the time limit of"
								+ " its own client, or that it never blocks)",
						"Call transportTimeout(...), or set it in @ResourceSource, with the time limit of the client that \""
								+ source.name() + "\" uses, or nonBlocking() if it never blocks; or set " + property
								+ ", for example to 1750ms. " + this.prefix
								+ ".require-timeout-declarations=false makes it a finding of the health instead.");
			}
		}
		else if (!this.properties.allowUnsafeBlockingSources()
				&& guarantee.status() == TimeoutGuarantee.Status.UNSAFE_TIMEOUT_MISSING) {
			this.faults.add(where,
					"blocks, and does not say how long its client lets it (expected: the time limit of that client)",
					"Call transportTimeout(...) with it, or set " + property + ", for example to 1750ms. " + this.prefix
							+ ".allow-unsafe-blocking-sources=true makes it a critical finding of the health instead.");
		}
		else if (!this.properties.allowUnsafeBlockingSources()) {
			this.faults.add(where,
					CoreMessage.readable("has the transport timeout " + guarantee.transportTimeout()
							+ " (expected: below its timeout " + guarantee.sourceTimeout() + ")"),
					"Shorten the time limit of its client and state it by transportTimeout(...) or " + property
							+ ", or lengthen its timeout. " + this.prefix
							+ ".allow-unsafe-blocking-sources=true makes it a critical finding of the health instead.");
		}
	}

	private record FoundSource(String beanName, Source declared, Source source) {
	}

}
