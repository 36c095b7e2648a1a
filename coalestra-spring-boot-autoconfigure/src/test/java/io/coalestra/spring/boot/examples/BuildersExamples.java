package io.coalestra.spring.boot.examples;

import java.time.Duration;

import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;

/**
 * The code of the page on several builders, as it stands there.
 */
class BuildersExamples {

	static final ResourceType<String> SALES = ResourceType.of("shop", "sales", String.class);

	@Bean
	@Qualifier("reports")
	Source archive(ArchiveClient client) {
		return Source.single("archive", SALES, (key) -> client.sales(key.subject()))
			.transportTimeout(Duration.ofSeconds(20))
			.build();
	}

	@Bean
	SalesReport salesReport(@Qualifier("reports") SnapshotBuilder reports) {
		return new SalesReport(reports);
	}

	interface ArchiveClient {

		String sales(String region);

	}

	record SalesReport(SnapshotBuilder builder) {
	}

}
