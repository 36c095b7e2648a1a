package io.coalestra.spring.boot.compose;

import java.util.Map;

import io.coalestra.spring.boot.tier.CoalestraNatsConnectionDetails;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class NatsDockerComposeConnectionDetailsFactoryTests {

	@Test
	void aServiceOfTheNatsImageIsWhereTheTierGoes() {
		CoalestraNatsConnectionDetails details = (CoalestraNatsConnectionDetails) new ConnectionDetailsFactories(null)
			.getConnectionDetails(source("nats:2.12-alpine"), true)
			.get(CoalestraNatsConnectionDetails.class);
		assertThat(details.getServers()).containsExactly("nats://10.0.0.7:32768");
	}

	@Test
	void aServiceOfAnotherImageIsNot() {
		assertThat(new ConnectionDetailsFactories(null).getConnectionDetails(source("registry:2"), false)).isEmpty();
	}

	private static DockerComposeConnectionSource source(String image) {
		ConnectionPorts ports = mock();
		given(ports.get(4222)).willReturn(32_768);
		RunningService service = mock();
		given(service.name()).willReturn("messages");
		given(service.host()).willReturn("10.0.0.7");
		given(service.image()).willReturn(ImageReference.of(image));
		given(service.labels()).willReturn(Map.of());
		given(service.env()).willReturn(Map.of());
		given(service.ports()).willReturn(ports);
		DockerComposeConnectionSource source = mock();
		given(source.getRunningService()).willReturn(service);
		return source;
	}

}
