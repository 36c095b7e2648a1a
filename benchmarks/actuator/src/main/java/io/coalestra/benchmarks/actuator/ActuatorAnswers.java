package io.coalestra.benchmarks.actuator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long Actuator's endpoints take to answer over HTTP on this machine, as their
 * callers see it.
 */
final class ActuatorAnswers {

	private static final int WARM_UP = 20_000;

	private static final int REQUESTS = 2_000;

	private final HttpClient client;

	private final String base;

	ActuatorAnswers(HttpClient client, int port) {
		this.client = client;
		this.base = "http://localhost:" + port + "/actuator/";
	}

	/**
	 * Measures one endpoint.
	 * @param endpoint its path
	 * @param situation what is told with the result
	 * @return how long 99 of 100 answers take at the most, in milliseconds
	 */
	double slowest(String endpoint, String situation) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.base + endpoint)).build();
		int bytes = 0;
		double[] millis = new double[REQUESTS];
		for (int i = -WARM_UP; i < REQUESTS; i++) {
			long begun = System.nanoTime();
			HttpResponse<byte[]> response = this.client.send(request, BodyHandlers.ofByteArray());
			double took = (System.nanoTime() - begun) / 1e6;
			if (response.statusCode() != 200 && response.statusCode() != 503) {
				throw new IllegalStateException(endpoint + " answered " + response.statusCode());
			}
			bytes = response.body().length;
			if (i >= 0) {
				millis[i] = took;
			}
		}
		Arrays.sort(millis);
		double slow = millis[REQUESTS * 99 / 100];
		System.out.printf(Locale.ROOT, "%-9s %.2f ms in the median, %.2f ms 99 of 100, %.2f ms at most; %d bytes; %s%n",
				endpoint, millis[REQUESTS / 2], slow, millis[REQUESTS - 1], bytes, situation);
		return slow;
	}

}
