package io.coalestra.spring.boot.autoconfigure.caching;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.cache.CacheableElements;
import io.coalestra.spring.boot.cache.CoalestraCache;
import io.coalestra.spring.boot.cache.CoalestraCacheManager;
import io.coalestra.spring.boot.source.CandidateClasses;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.cache.Cache;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Leads calls of {@link CacheableElements} methods to their caches, after having checked
 * their signatures. It advises after all others, so that what they check holds for each
 * caller, whatever is cached.
 */
final class CacheableElementsPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	private static final long serialVersionUID = 1L;

	CacheableElementsPostProcessor(boolean proxyTargetClass) {
		setProxyTargetClass(proxyTargetClass);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		super.setBeanFactory(beanFactory);
		this.advisor = new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, CacheableElements.class, true),
				new Interceptor(() -> beanFactory.getBean(CoalestraCacheManager.class)));
	}

	@Override
	protected boolean isEligible(Class<?> targetClass) {
		return CandidateClasses.mayDeclare(targetClass, List.of(CacheableElements.class))
				&& super.isEligible(targetClass);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Object advised = super.postProcessAfterInitialization(bean, beanName);
		if (AopUtils.isAopProxy(advised)) {
			check(AopUtils.getTargetClass(advised), beanName);
		}
		return advised;
	}

	private static void check(Class<?> type, String beanName) {
		Faults faults = new Faults();
		Map<Method, CacheableElements> methods = MethodIntrospector.selectMethods(type,
				(Method method) -> AnnotatedElementUtils.findMergedAnnotation(method, CacheableElements.class));
		methods
			.forEach((method, annotation) -> ElementsSignature.of(method, type, beanName, annotation.value(), faults));
		faults.throwIfAny();
	}

	/**
	 * Asks the cache in place of the method, and the method for what is missing.
	 */
	private static final class Interceptor implements MethodInterceptor {

		private final Supplier<CoalestraCacheManager> caches;

		// Filled as methods are called for the first time; an entry never changes.
		private final ConcurrentMap<Method, Elements> known = new ConcurrentHashMap<>();

		Interceptor(Supplier<CoalestraCacheManager> caches) {
			this.caches = caches;
		}

		@Override
		public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
			Class<?> target = (invocation.getThis() != null) ? AopUtils.getTargetClass(invocation.getThis())
					: invocation.getMethod().getDeclaringClass();
			Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(), target);
			Elements elements = this.known.get(method);
			if (elements == null) {
				elements = elementsOf(method, target);
				this.known.putIfAbsent(method, elements);
			}
			@Nullable Object[] arguments = invocation.getArguments();
			ElementsSignature signature = elements.signature();
			try {
				return elements.cache()
					.<Object, Object>getAll(signature.elementsOf(arguments),
							(element) -> signature.keyOf(element, arguments),
							(missing) -> call((ProxyMethodInvocation) invocation,
									signature.argumentsFor(missing, arguments)));
			}
			catch (Cache.ValueRetrievalException ex) {
				throw Objects.requireNonNullElse(ex.getCause(), ex);
			}
		}

		private Elements elementsOf(Method method, Class<?> target) {
			CacheableElements annotation = Objects
				.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, CacheableElements.class));
			Faults faults = new Faults();
			ElementsSignature signature = ElementsSignature.of(method, target, "?", annotation.value(), faults);
			faults.throwIfAny();
			return new Elements(Objects.requireNonNull(signature), this.caches.get().getCache(annotation.value()));
		}

		// A copy of the invocation for each call: several may be made, also at a time.
		@SuppressWarnings("unchecked") // the signature was checked
		private static Map<Object, Object> call(ProxyMethodInvocation invocation, @Nullable Object[] arguments)
				throws Exception {
			try {
				Object answer = invocation.invocableClone(arguments).proceed();
				return (Map<Object, Object>) Objects.requireNonNull(answer,
						() -> invocation.getMethod() + " returned null (expected: a map by element)");
			}
			catch (Exception | Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	private record Elements(ElementsSignature signature, CoalestraCache cache) {
	}

}
