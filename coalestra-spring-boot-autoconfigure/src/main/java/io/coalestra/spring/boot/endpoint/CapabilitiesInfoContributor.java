package io.coalestra.spring.boot.endpoint;

import io.coalestra.Capabilities;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * An {@link InfoContributor} that shows the {@link Capabilities}. Immutable.
 */
public final class CapabilitiesInfoContributor implements InfoContributor {

	/**
	 * Makes a contributor.
	 */
	public CapabilitiesInfoContributor() {
	}

	@Override
	public void contribute(Info.Builder builder) {
		builder.withDetail("coalestra", Capabilities.current().toMap());
	}

}
