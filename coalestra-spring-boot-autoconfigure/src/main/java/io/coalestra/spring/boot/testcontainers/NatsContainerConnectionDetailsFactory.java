package io.coalestra.spring.boot.testcontainers;

import java.util.List;

import io.coalestra.spring.boot.tier.CoalestraNatsConnectionDetails;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;

/**
 * Makes {@link CoalestraNatsConnectionDetails} of a
 * {@link ServiceConnection @ServiceConnection} container of the {@code nats} image.
 */
final class NatsContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<Container<?>, CoalestraNatsConnectionDetails> {

	private static final int PORT = 4222;

	NatsContainerConnectionDetailsFactory() {
		super("nats", "io.coalestra.nats.NatsTier");
	}

	@Override
	protected CoalestraNatsConnectionDetails getContainerConnectionDetails(
			ContainerConnectionSource<Container<?>> source) {
		return new NatsContainerConnectionDetails(source);
	}

	private static final class NatsContainerConnectionDetails extends ContainerConnectionDetails<Container<?>>
			implements CoalestraNatsConnectionDetails {

		private NatsContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
			super(source);
		}

		@Override
		public List<String> getServers() {
			return List.of("nats://" + getContainer().getHost() + ":" + getContainer().getMappedPort(PORT));
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return super.getSslBundle();
		}

	}

}
