package io.coalestra.spring.boot.autoconfigure.batch;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.BatcherBuilder;
import io.coalestra.batch.BulkFunction;
import io.coalestra.batch.Outcome;
import io.coalestra.spring.boot.autoconfigure.batch.BatchDeclaration.KeyForm;
import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;
import io.coalestra.spring.boot.batch.BatcherConfigurer;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;

/**
 * Makes the batchers that beans declare. The bulk method is called on the bean as others
 * see it, with all that advises it, by a method handle that is made at the first bulk
 * call: the bean may itself need its batcher when it is made.
 */
final class BatcherFactory {

	private final BatchDeclarations declarations;

	private final BatcherConfigurer configurer;

	private final BeanFactory beans;

	BatcherFactory(BatchDeclarations declarations, BatcherConfigurer configurer, BeanFactory beans) {
		this.declarations = declarations;
		this.configurer = configurer;
		this.beans = beans;
	}

	// Called by the definitions that BatchDeclarations registers.
	Batcher<Object, Object> batcher(String name) {
		BatchDeclaration declaration = this.declarations.of(name);
		if (declaration == null) {
			throw new IllegalStateException("batcher \"" + name + "\" is not declared (expected: by one of "
					+ this.declarations.all().keySet() + ")");
		}
		try {
			return this.configurer.configure(name, builder(declaration)).build();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationException(
					List.of(ConfigurationFault.ofProperty(PropertyNames.ofEntry(BatcherRules.BATCHERS, name), ex)), ex);
		}
	}

	private BatcherBuilder<Object, Object> builder(BatchDeclaration declaration) {
		BulkCall bulk = new BulkCall(declaration, this.beans);
		return switch (declaration.form()) {
			case KEYED -> Batcher.keyed(declaration.name(), bulk.<Map<Object, Object>>typed());
			case OUTCOMES -> Batcher.outcomes(declaration.name(), bulk.<Map<Object, Outcome<Object>>>typed());
			case POSITIONAL -> Batcher.positional(declaration.name(), bulk.<List<Object>>typed());
		};
	}

	/**
	 * Calls a bulk method.
	 */
	private static final class BulkCall {

		private static final MethodType SHAPE = MethodType.methodType(Object.class, Object.class);

		private final BatchDeclaration declaration;

		private final BeanFactory beans;

		// Made by whoever calls first; a second one made meanwhile is as good.
		private volatile @Nullable MethodHandle handle;

		BulkCall(BatchDeclaration declaration, BeanFactory beans) {
			this.declaration = declaration;
			this.beans = beans;
		}

		@SuppressWarnings("unchecked") // The method's signature was checked.
		<A> BulkFunction<Object, A> typed() {
			return (keys) -> (A) call(keys);
		}

		private Object call(List<Object> keys) throws Exception {
			MethodHandle known = this.handle;
			if (known == null) {
				known = makeHandle();
				this.handle = known;
			}
			Object argument = (this.declaration.keys() == KeyForm.SET)
					? Collections.unmodifiableSet(new LinkedHashSet<>(keys)) : keys;
			try {
				return (Object) known.invokeExact(argument);
			}
			catch (Exception | Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw new IllegalStateException(ex);
			}
		}

		private MethodHandle makeHandle() throws IllegalAccessException {
			Object bean = this.beans.getBean(this.declaration.beanName());
			Method method = AopUtils.selectInvocableMethod(this.declaration.bulk(), bean.getClass());
			method.setAccessible(true);
			return MethodHandles.lookup().unreflect(method).bindTo(bean).asType(SHAPE);
		}

	}

}
