package io.coalestra.spring.boot.source;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.ReactiveAdapter;

/**
 * Makes stages of reactive types. Of its own, because it needs Reactor: it is loaded
 * where a method answers with such a type.
 */
final class ReactiveAnswers {

	private ReactiveAnswers() {
	}

	/**
	 * Subscribes.
	 * @param adapter the type's adapter
	 * @param answered what a method answered
	 * @return the value, or null when there is none; cancelling it cancels the
	 * subscription
	 */
	static CompletionStage<@Nullable Object> stage(ReactiveAdapter adapter, Object answered) {
		return Mono.from(adapter.toPublisher(answered)).toFuture();
	}

}
