package io.coalestra.spring.boot.autoconfigure.caching;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.StringUtils;

/**
 * Lets callers of plain {@code @Cacheable} methods share calls as those of methods with
 * {@code sync = true} do: Spring then hands the call itself to the cache, instead of
 * looking up, calling and putting.
 *
 * <p>
 * Only where Spring allows {@code sync}: one annotation, one cache, no {@code unless},
 * and no other cache manager or resolver.
 */
final class CoalescingCacheOperations implements BeanPostProcessor, PriorityOrdered {

	// The first advised bean has the operations made, and that may be a post-processor of
	// the common order.
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof CacheOperationSource operations && !(bean instanceof Coalescing))
				? new Coalescing(operations) : bean;
	}

	// Entries are made from what the other source remembers, and never change.
	private static final class Coalescing implements CacheOperationSource {

		private final CacheOperationSource operations;

		private final Map<CacheOperation, Collection<CacheOperation>> coalescing = new ConcurrentHashMap<>();

		Coalescing(CacheOperationSource operations) {
			this.operations = operations;
		}

		@Override
		public boolean isCandidateClass(Class<?> targetClass) {
			return this.operations.isCandidateClass(targetClass);
		}

		@Override
		public boolean hasCacheOperations(Method method, @Nullable Class<?> targetClass) {
			return this.operations.hasCacheOperations(method, targetClass);
		}

		@Override
		public @Nullable Collection<CacheOperation> getCacheOperations(Method method, @Nullable Class<?> targetClass) {
			Collection<CacheOperation> found = this.operations.getCacheOperations(method, targetClass);
			if (found == null || found.size() != 1) {
				return found;
			}
			return (found.iterator().next() instanceof CacheableOperation operation && isEligible(operation))
					? this.coalescing.computeIfAbsent(operation, (plain) -> List.of(coalesced(operation))) : found;
		}

		private static boolean isEligible(CacheableOperation operation) {
			return !operation.isSync() && operation.getCacheNames().size() == 1
					&& !StringUtils.hasText(operation.getUnless()) && !StringUtils.hasText(operation.getCacheManager())
					&& !StringUtils.hasText(operation.getCacheResolver());
		}

		private static CacheOperation coalesced(CacheableOperation operation) {
			CacheableOperation.Builder builder = new CacheableOperation.Builder();
			builder.setName(operation.getName());
			builder.setCacheNames(operation.getCacheNames().toArray(String[]::new));
			builder.setKey(operation.getKey());
			builder.setKeyGenerator(operation.getKeyGenerator());
			builder.setCondition(operation.getCondition());
			builder.setSync(true);
			return builder.build();
		}

	}

}
