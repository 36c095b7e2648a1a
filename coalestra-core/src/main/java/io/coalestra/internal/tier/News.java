package io.coalestra.internal.tier;

import java.time.Duration;
import java.util.Set;

import io.coalestra.cache.WriteRule;
import io.coalestra.key.ResourceKey;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierWrite;

/**
 * What this node has decided about a key, and the tier is to take.
 */
sealed interface News {

	/**
	 * Returns the key under which it is kept.
	 * @return the key, of a group that of the member that stands for it
	 */
	ResourceKey<?> home();

	/**
	 * Returns the keys that the others are told of.
	 * @return the keys
	 */
	Set<ResourceKey<?>> told();

	/**
	 * Makes the write.
	 * @param place where it is kept
	 * @param removalLife for how long a removal stands
	 * @return the write
	 */
	TierWrite write(TierKey place, Duration removalLife);

	/**
	 * Another value.
	 *
	 * @param home the key
	 * @param content its rank, order and bytes
	 * @param rule the rule by which it is written
	 * @param life for how long the tier keeps it
	 */
	record Update(ResourceKey<?> home, TierContent content, WriteRule rule, Duration life) implements News {

		@Override
		public Set<ResourceKey<?>> told() {
			return Set.of(this.home);
		}

		@Override
		public TierWrite write(TierKey place, Duration removalLife) {
			return new TierWrite.Update(place, this.content, this.rule, this.life);
		}

	}

	/**
	 * What was there counts for nothing.
	 *
	 * @param home the key under which it was kept
	 * @param told the keys that the others are told of
	 */
	record Invalidation(ResourceKey<?> home, Set<ResourceKey<?>> told) implements News {

		@Override
		public TierWrite write(TierKey place, Duration removalLife) {
			return new TierWrite.Invalidation(place, removalLife);
		}

	}

}
