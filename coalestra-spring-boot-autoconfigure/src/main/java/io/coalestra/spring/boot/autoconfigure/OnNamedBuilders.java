package io.coalestra.spring.boot.autoconfigure;

import java.util.Set;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether properties describe builders by name.
 */
final class OnNamedBuilders extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Set<String> names = BuilderNames.of(context.getEnvironment());
		ConditionMessage.Builder message = ConditionMessage.forCondition("Coalestra named builders");
		return names.isEmpty() ? ConditionOutcome.noMatch(message.because(BuilderNames.PREFIX + " is not set"))
				: ConditionOutcome.match(message.foundExactly(names));
	}

}
