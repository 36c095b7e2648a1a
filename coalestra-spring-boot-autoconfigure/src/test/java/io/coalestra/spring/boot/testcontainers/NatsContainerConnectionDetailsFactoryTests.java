package io.coalestra.spring.boot.testcontainers;

import java.util.function.Supplier;

import io.coalestra.spring.boot.tier.CoalestraNatsConnectionDetails;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;
import org.mockito.invocation.InvocationOnMock;
import org.testcontainers.containers.Container;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class NatsContainerConnectionDetailsFactoryTests {

	@Test
	void aContainerOfTheNatsImageIsWhereTheTierGoes() throws Exception {
		CoalestraNatsConnectionDetails details = (CoalestraNatsConnectionDetails) new ConnectionDetailsFactories(null)
			.getConnectionDetails(source("nats"), true)
			.get(CoalestraNatsConnectionDetails.class);
		((InitializingBean) details).afterPropertiesSet();
		assertThat(details.getServers()).containsExactly("nats://localhost:32768");
	}

	@Test
	void aContainerOfAnotherImageIsNot() {
		assertThat(new ConnectionDetailsFactories(null).getConnectionDetails(source("mongo"), false)).isEmpty();
	}

	// What the source tells its factory is not public.
	private static ContainerConnectionSource<?> source(String connectionName) {
		Container<?> container = mock();
		given(container.getHost()).willReturn("localhost");
		given(container.getMappedPort(4222)).willReturn(32_768);
		return mock(ContainerConnectionSource.class, (InvocationOnMock call) -> switch (call.getMethod().getName()) {
			case "accepts" -> connectionName.equals(call.getArgument(0))
					&& CoalestraNatsConnectionDetails.class.equals(call.getArgument(2));
			case "getContainerSupplier" -> (Supplier<Container<?>>) () -> container;
			default -> Answers.RETURNS_DEFAULTS.answer(call);
		});
	}

}
