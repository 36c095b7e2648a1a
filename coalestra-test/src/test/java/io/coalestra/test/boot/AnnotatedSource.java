package io.coalestra.test.boot;

import io.coalestra.spring.boot.source.ResourceSource;
import io.coalestra.spring.boot.source.Subject;

import org.springframework.stereotype.Component;

/**
 * A component with a method that is a source.
 */
@Component
class AnnotatedSource {

	@ResourceSource(value = "press:news", nonBlocking = true)
	String news(@Subject String topic) {
		return "news of " + topic;
	}

}
