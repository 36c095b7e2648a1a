package io.coalestra.spring.boot.autoconfigure.batch;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.batch.Batcher;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.batch.Batched;
import io.coalestra.spring.boot.batch.BulkMethod;
import io.coalestra.spring.boot.source.CandidateClasses;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds the beans that declare batchers by annotation, checks them, and registers a
 * {@link Batcher} bean for each, and what leads calls to them. It looks at classes only
 * and makes no bean.
 *
 * <p>
 * It runs again in an application that was processed ahead of time, whose batchers are
 * registered already. Written once, before any bean is made; then read by all.
 */
final class BatchDeclarations implements BeanDefinitionRegistryPostProcessor {

	static final String FACTORY = "coalestraBatcherFactory";

	private static final String POST_PROCESSOR = "coalestraBatchedMethodPostProcessor";

	private static final Logger logger = LoggerFactory.getLogger(BatchDeclarations.class);

	private final Map<String, BatchDeclaration> byName = new LinkedHashMap<>();

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (!(registry instanceof ConfigurableListableBeanFactory beans)) {
			return;
		}
		Faults faults = new Faults();
		BatchSignatures signatures = new BatchSignatures(faults);
		for (String beanName : beans.getBeanDefinitionNames()) {
			Class<?> type = typeOf(beans, beanName);
			if (type != null && CandidateClasses.mayDeclare(type, List.of(Batched.class, BulkMethod.class))) {
				find(beans, beanName, ClassUtils.getUserClass(type), signatures, faults);
			}
		}
		faults.throwIfAny();
		if (!this.byName.isEmpty()) {
			registerPostProcessor(registry);
		}
		this.byName.values().forEach((declaration) -> register(registry, declaration));
	}

	// Where nothing is declared there is nothing to advise, and no bean to be looked at.
	private static void registerPostProcessor(BeanDefinitionRegistry registry) {
		if (!registry.containsBeanDefinition(POST_PROCESSOR)) {
			RootBeanDefinition definition = new RootBeanDefinition(BatchedMethodPostProcessor.class);
			definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
			registry.registerBeanDefinition(POST_PROCESSOR, definition);
		}
	}

	private static @Nullable Class<?> typeOf(ConfigurableListableBeanFactory beans, String beanName) {
		BeanDefinition definition = beans.getBeanDefinition(beanName);
		if (definition.isAbstract() || !CandidateClasses.isWorthResolving(definition)) {
			return null;
		}
		try {
			return beans.getType(beanName, false);
		}
		catch (RuntimeException | LinkageError ex) {
			// It is for whoever makes the bean to say so.
			logger.debug("The class of bean '{}' is not looked at", beanName, ex);
			return null;
		}
	}

	private void find(ConfigurableListableBeanFactory beans, String beanName, Class<?> type, BatchSignatures signatures,
			Faults faults) {
		Map<Method, Batched> singles = annotated(type, Batched.class);
		Map<Method, BulkMethod> bulks = annotated(type, BulkMethod.class);
		if (singles.isEmpty() && bulks.isEmpty()) {
			return;
		}
		if (!beans.getMergedBeanDefinition(beanName).isSingleton()) {
			faults.add("bean '" + beanName + "'",
					"declares a batcher, and is not a singleton (expected: one, as calls of different receivers"
							+ " must not pool)",
					"Move the annotated methods to a bean of singleton scope.");
			return;
		}
		singles.forEach((method, annotation) -> add(signatures.read(beanName, type, method, annotation), faults));
		bulks.forEach((method, annotation) -> add(signatures.read(beanName, type, method, annotation), faults));
	}

	private static <T extends Annotation> Map<Method, T> annotated(Class<?> type, Class<T> annotation) {
		try {
			return MethodIntrospector.selectMethods(type,
					(Method method) -> AnnotatedElementUtils.findMergedAnnotation(method, annotation));
		}
		catch (RuntimeException | LinkageError ex) {
			// A signature names a class that is not there.
			logger.debug("The methods of {} are not looked at", type, ex);
			return Map.of();
		}
	}

	private void add(@Nullable BatchDeclaration declaration, Faults faults) {
		if (declaration == null) {
			return;
		}
		BatchDeclaration other = this.byName.putIfAbsent(declaration.name(), declaration);
		if (other != null) {
			faults.add("batcher \"" + declaration.name() + "\"",
					"is declared twice (expected: a name of its own for each), by the beans '" + other.beanName()
							+ "' and '" + declaration.beanName() + "'",
					"Change the name in one of the annotations, for example to \"" + declaration.name() + "-2\".");
		}
	}

	private static void register(BeanDefinitionRegistry registry, BatchDeclaration declaration) {
		if (registry.containsBeanDefinition(declaration.batcherBeanName())) {
			return;
		}
		RootBeanDefinition definition = new RootBeanDefinition(Batcher.class);
		definition.setTargetType(
				ResolvableType.forClassWithGenerics(Batcher.class, declaration.keyType(), declaration.valueType()));
		definition.setFactoryBeanName(FACTORY);
		definition.setFactoryMethodName("batcher");
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, declaration.name());
		registry.registerBeanDefinition(declaration.batcherBeanName(), definition);
	}

	/**
	 * Returns a declaration.
	 * @param name the batcher's name
	 * @return the declaration, or null
	 */
	@Nullable BatchDeclaration of(String name) {
		return this.byName.get(name);
	}

	/**
	 * Returns all declarations.
	 * @return the declarations by name
	 */
	Map<String, BatchDeclaration> all() {
		return this.byName;
	}

}
