package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.LinkedHashSet;
import java.util.Set;

import io.coalestra.collections.access.RowCollection;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragmentsDecorator;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.ResolvableType;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ClassUtils;

/**
 * Tells a native image of the records that collections read and make, of their keys, and
 * of the interfaces that stand for collections.
 */
final class RowTypeHints implements BeanRegistrationAotProcessor {

	private static final boolean PRESENT = ClassUtils.isPresent("io.coalestra.collections.access.RowCollection",
			RowTypeHints.class.getClassLoader());

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		return PRESENT ? Hints.of(registeredBean) : null;
	}

	/**
	 * Apart, as it needs the collections' classes.
	 */
	private static final class Hints {

		private static final BindingReflectionHintsRegistrar RECORDS = new BindingReflectionHintsRegistrar();

		static @Nullable BeanRegistrationAotContribution of(RegisteredBean bean) {
			ResolvableType made = made(bean);
			ResolvableType rows = made.as(RowCollection.class);
			if (rows.resolve() == null) {
				return null;
			}
			Set<Class<?>> records = new LinkedHashSet<>();
			for (ResolvableType argument : rows.getGenerics()) {
				Class<?> type = argument.resolve();
				if (type != null && type.isRecord()) {
					records.add(type);
				}
			}
			Class<?> repository = bean.getMergedBeanDefinition().hasBeanClass()
					&& bean.getMergedBeanDefinition().getBeanClass() == RowRepositoryFactoryBean.class ? made.resolve()
							: null;
			BeanRegistrationAotContribution hints = (generation, code) -> {
				RuntimeHints known = generation.getRuntimeHints();
				records.forEach((type) -> RECORDS.registerReflectionHints(known.reflection(), type));
				if (repository != null) {
					known.proxies().registerJdkProxy(repository);
				}
			};
			return (repository != null) ? BeanRegistrationAotContribution.concat(hints, beside(repository)) : hints;
		}

		// The code names the interface, which may not be public.
		private static BeanRegistrationAotContribution beside(Class<?> repository) {
			return BeanRegistrationAotContribution
				.withCustomCodeFragments((fragments) -> new BeanRegistrationCodeFragmentsDecorator(fragments) {

					@Override
					public ClassName getTarget(RegisteredBean bean) {
						return ClassName.get(repository);
					}

				});
		}

		private static ResolvableType made(RegisteredBean bean) {
			ResolvableType type = bean.getBeanType();
			ResolvableType factory = type.as(FactoryBean.class);
			return (factory.resolve() != null) ? factory.getGeneric(0) : type;
		}

	}

}
