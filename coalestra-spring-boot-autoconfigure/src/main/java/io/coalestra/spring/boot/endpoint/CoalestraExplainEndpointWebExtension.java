package io.coalestra.spring.boot.endpoint;

import java.util.Objects;

import io.coalestra.spring.boot.endpoint.CoalestraExplainEndpoint.ExplainDescriptor;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} that knows who asks
 * {@link CoalestraExplainEndpoint}.
 */
@EndpointWebExtension(endpoint = CoalestraExplainEndpoint.class)
public class CoalestraExplainEndpointWebExtension {

	private final CoalestraExplainEndpoint endpoint;

	/**
	 * Makes the extension.
	 * @param endpoint what it extends
	 */
	public CoalestraExplainEndpointWebExtension(CoalestraExplainEndpoint endpoint) {
		this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
	}

	/**
	 * Explains the latest builds.
	 * @param asker who asks
	 * @return the builds, the latest first
	 */
	@ReadOperation
	public ExplainDescriptor explain(SecurityContext asker) {
		return this.endpoint.explain(asker);
	}

}
