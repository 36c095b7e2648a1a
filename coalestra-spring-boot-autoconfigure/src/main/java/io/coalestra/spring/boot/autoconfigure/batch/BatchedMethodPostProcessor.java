package io.coalestra.spring.boot.autoconfigure.batch;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.Outcome;
import io.coalestra.spring.boot.batch.Batched;
import io.coalestra.spring.boot.source.CandidateClasses;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.Environment;
import org.springframework.util.Assert;

/**
 * Leads calls of {@link Batched} methods to their batchers. It advises after all others,
 * so that what they check or remember holds for each caller.
 */
final class BatchedMethodPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	private static final long serialVersionUID = 1L;

	BatchedMethodPostProcessor(Environment environment) {
		setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		super.setBeanFactory(beanFactory);
		this.advisor = new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, Batched.class, true),
				new Interceptor(beanFactory));
	}

	@Override
	protected boolean isEligible(Class<?> targetClass) {
		return CandidateClasses.mayDeclare(targetClass, List.of(Batched.class)) && super.isEligible(targetClass);
	}

	/**
	 * Calls the batcher in place of the method.
	 */
	private static final class Interceptor implements MethodInterceptor {

		private final BeanFactory beans;

		// Filled as methods are called for the first time; an entry never changes.
		private final ConcurrentMap<Method, SingleForm> forms = new ConcurrentHashMap<>();

		Interceptor(BeanFactory beans) {
			this.beans = beans;
		}

		@Override
		public @Nullable Object invoke(MethodInvocation invocation) {
			Method method = annotatedMethod(invocation);
			SingleForm form = this.forms.get(method);
			if (form == null) {
				// Not made inside the map, whose lock must not be held while a bean is.
				form = formOf(method);
				this.forms.putIfAbsent(method, form);
			}
			return form.call(invocation.getArguments()[0]);
		}

		// A proxy of interfaces is called by the interface's method, which has no
		// annotation.
		private static Method annotatedMethod(MethodInvocation invocation) {
			Method called = invocation.getMethod();
			Object target = invocation.getThis();
			return (called.getDeclaringClass().isInterface() && target != null)
					? AopUtils.getMostSpecificMethod(called, AopUtils.getTargetClass(target)) : called;
		}

		// The signatures were checked at the start, and a future is the caller's.
		@SuppressWarnings({ "unchecked", "FutureReturnValueIgnored" })
		private SingleForm formOf(Method method) {
			Batched annotation = AnnotatedElementUtils.findMergedAnnotation(method, Batched.class);
			Assert.state(annotation != null, () -> method + " is advised without its annotation");
			Batcher<Object, Object> batcher = this.beans.getBean(BatchDeclaration.batcherBeanName(annotation.name()),
					Batcher.class);
			Class<?> returned = method.getReturnType();
			if (returned == Optional.class) {
				return (key) -> batcher.find(required(key));
			}
			if (returned == CompletableFuture.class) {
				return (key) -> batcher.submit(required(key));
			}
			if (returned == Outcome.class) {
				return (key) -> batcher.outcome(required(key));
			}
			return (key) -> batcher.get(required(key));
		}

		private static Object required(@Nullable Object key) {
			return Objects.requireNonNull(key, "key");
		}

	}

	/**
	 * Answers a call for one item.
	 */
	@FunctionalInterface
	private interface SingleForm {

		@Nullable Object call(@Nullable Object key);

	}

}
