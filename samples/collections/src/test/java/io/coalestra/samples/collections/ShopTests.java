package io.coalestra.samples.collections;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The shop, as a browser and somebody with {@code psql} find it.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Timeout(300)
class ShopTests {

	private static final HttpClient client = HttpClient.newHttpClient();

	@Autowired
	private Products products;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private JdbcConnectionDetails database;

	@LocalServerPort
	private int port;

	private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
		return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.method(method, HttpRequest.BodyPublishers.noBody())
			.build(), BodyHandlers.ofString());
	}

	@Test
	void thePageIsThere() throws Exception {
		assertThat(send("GET", "/").body()).contains("A small shop");
		assertThat(send("GET", "/products").body()).contains("\"name\":\"Desk lamp\"");
	}

	@Test
	void anOrderIsStoredAndMoreThanThereIsIsRefused() throws Exception {
		assertThat(send("POST", "/products/stool/orders?count=2").body()).contains("\"stock\":1");
		assertThat(this.jdbc.sql("SELECT stock FROM product WHERE sku = 'stool'").query(Integer.class).single())
			.isEqualTo(1);
		HttpResponse<String> refused = send("POST", "/products/stool/orders?count=2");
		assertThat(refused.statusCode()).isEqualTo(409);
		assertThat(refused.body()).contains("Three-legged stool: 1 left");
		assertThat(this.products.require("stool").stock()).isEqualTo(1);
	}

	@Test
	void whatIsNotThereIsNotFound() throws Exception {
		assertThat(send("GET", "/products/boat").statusCode()).isEqualTo(404);
	}

	@Test
	void viewsAreCountedAtOnceAndStoredSoon() throws Exception {
		for (int i = 0; i < 20; i++) {
			send("GET", "/products/mug");
		}
		await().atMost(30, TimeUnit.SECONDS)
			.until(() -> this.jdbc.sql("SELECT views FROM page_view WHERE path = '/products/mug'")
				.query(Long.class)
				.optional()
				.orElse(0L) == 20);
		// The database has them a moment before those who wrote them have counted them.
		await().atMost(30, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(send("GET", "/tiers").body()).contains("\"storedPageViews\":20",
					"\"pendingPageViews\":0"));
	}

	@Test
	void whatSomebodyChangesInTheDatabaseIsSeen() throws Exception {
		long version = this.products.require("lamp").version();
		try (Connection psql = DriverManager.getConnection(String.valueOf(this.database.getJdbcUrl()), "postgres", "");
				Statement statement = psql.createStatement()) {
			statement.execute("UPDATE product SET price = 35.00 WHERE sku = 'lamp'");
		}
		catch (SQLException ex) {
			throw new AssertionError(ex);
		}
		await().atMost(30, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(this.products.require("lamp").price()).isEqualTo("35.00"));
		assertThat(this.products.require("lamp").version()).isEqualTo(version + 1);
	}

	@Test
	void theHealthSaysWhatIsPending() throws Exception {
		assertThat(send("GET", "/actuator/health").body()).contains("\"coalestraCollections\":{\"details\":{",
				"\"oldest_seconds\"", "\"dropped\":0");
	}

}
