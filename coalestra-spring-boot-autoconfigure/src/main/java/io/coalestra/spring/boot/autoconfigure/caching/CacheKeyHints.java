package io.coalestra.spring.boot.autoconfigure.caching;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.util.ReflectionUtils;

/**
 * Tells a native image that the parts of Spring's own keys are read by reflection.
 */
final class CacheKeyHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		var params = ReflectionUtils.findField(SimpleKey.class, "params");
		if (params != null) {
			hints.reflection().registerField(params);
		}
	}

}
