package io.coalestra.spring.boot.autoconfigure.web;

import java.util.Objects;

import io.coalestra.snapshot.SnapshotSession;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyFactoryBean;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Tells a native image of the proxy of the session of a web request.
 */
final class RequestSessionHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.proxies().registerJdkProxy(proxy().getClass().getInterfaces());
	}

	// Made as it will be made, since its interfaces and their order are Spring's own.
	private static Object proxy() {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerBeanDefinition("session", new RootBeanDefinition(SnapshotSession.class));
		ScopedProxyFactoryBean factory = new ScopedProxyFactoryBean();
		factory.setProxyTargetClass(false);
		factory.setTargetBeanName("session");
		factory.setBeanFactory(beans);
		return Objects.requireNonNull(factory.getObject());
	}

}
