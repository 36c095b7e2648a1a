package io.coalestra.spring.boot.compose;

import java.util.List;

import io.coalestra.spring.boot.tier.CoalestraNatsConnectionDetails;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

/**
 * Makes {@link CoalestraNatsConnectionDetails} of a service of the {@code nats} image.
 */
final class NatsDockerComposeConnectionDetailsFactory
		extends DockerComposeConnectionDetailsFactory<CoalestraNatsConnectionDetails> {

	private static final int PORT = 4222;

	NatsDockerComposeConnectionDetailsFactory() {
		super("nats", "io.coalestra.nats.NatsTier");
	}

	@Override
	protected CoalestraNatsConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new NatsDockerComposeConnectionDetails(source.getRunningService());
	}

	private static final class NatsDockerComposeConnectionDetails extends DockerComposeConnectionDetails
			implements CoalestraNatsConnectionDetails {

		private final String server;

		private NatsDockerComposeConnectionDetails(RunningService service) {
			super(service);
			this.server = "nats://" + service.host() + ":" + service.ports().get(PORT);
		}

		@Override
		public List<String> getServers() {
			return List.of(this.server);
		}

	}

}
