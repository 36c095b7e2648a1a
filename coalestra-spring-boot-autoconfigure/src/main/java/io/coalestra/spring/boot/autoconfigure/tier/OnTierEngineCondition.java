package io.coalestra.spring.boot.autoconfigure.tier;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether an engine is the one to use for the shared tier.
 */
abstract class OnTierEngineCondition extends SpringBootCondition {

	private final TierModules engine;

	OnTierEngineCondition(TierModules engine) {
		this.engine = engine;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		SharedTierProperties.Engine named = TierModules.named(context.getEnvironment());
		ConditionMessage.Builder message = ConditionMessage.forCondition("engine of the shared tier");
		return this.engine.isChosen(named, context.getClassLoader())
				? ConditionOutcome.match(message.because("it is " + this.engine.module()))
				: ConditionOutcome
					.noMatch(message.because((named != null) ? SharedTierProperties.ENGINE + " is " + named
							: "not only " + this.engine.module() + " is on the class path"));
	}

	/**
	 * Whether it is Redis.
	 */
	static final class Redis extends OnTierEngineCondition {

		Redis() {
			super(TierModules.REDIS);
		}

	}

	/**
	 * Whether it is NATS.
	 */
	static final class Nats extends OnTierEngineCondition {

		Nats() {
			super(TierModules.NATS);
		}

	}

}
