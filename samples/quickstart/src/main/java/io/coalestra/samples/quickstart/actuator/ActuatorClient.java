package io.coalestra.samples.quickstart.actuator;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.samples.quickstart.fault.Backend;
import io.coalestra.samples.quickstart.fault.Faults;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * Reads figures of the application by HTTP from its own Actuator, over a real socket as
 * from any other service. Safe for concurrent use.
 */
@Component
class ActuatorClient {

	private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(250);

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(1);

	/** How long a call can take at the most, by the client's own limits. */
	static final Duration TIMEOUT = CONNECT_TIMEOUT.plus(READ_TIMEOUT);

	private final RestClient http;

	private final OwnAddress address;

	private final Faults faults;

	ActuatorClient(OwnAddress address, Faults faults) {
		JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(
				HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT).build());
		requests.setReadTimeout(READ_TIMEOUT);
		this.http = RestClient.builder().requestFactory(requests).build();
		this.address = address;
		this.faults = faults;
	}

	/**
	 * Reads one figure.
	 * @param name its name
	 * @return the figure, or empty where there is none of this name, as before the first
	 * request
	 * @throws InterruptedException if the caller's time is up
	 */
	Optional<Metric> metric(String name) throws InterruptedException {
		this.faults.strike(Backend.ACTUATOR);
		int port = this.address.port()
			.orElseThrow(() -> new SourceUnavailableException("the web server does not listen yet"));
		try {
			Answer answer = this.http.get()
				.uri("http://localhost:{port}/actuator/metrics/{name}", port, name)
				.retrieve()
				.body(Answer.class);
			return Optional.ofNullable(answer).map(Answer::toMetric);
		}
		catch (HttpClientErrorException.NotFound ex) {
			return Optional.empty();
		}
	}

	/**
	 * What the Actuator answers, as far as it matters here.
	 */
	private record Answer(String name, @Nullable String baseUnit, List<Measurement> measurements) {

		Metric toMetric() {
			return new Metric(this.name, this.measurements.getFirst().value(), this.baseUnit);
		}

	}

	private record Measurement(String statistic, double value) {
	}

}
