package io.coalestra.spring.boot.endpoint;

import java.util.Set;

import io.coalestra.Coalestra;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.endpoint.CoalestraExplainEndpoint.BuildDescriptor;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;

import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The latest builds can be explained, up to a bound, without their payloads.
 */
class RecentBuildsTests {

	private final RecentBuilds builds = new RecentBuilds(2);

	@Test
	void theLatestBuildsAreKept() {
		try (SnapshotBuilder builder = builder()) {
			builder.build(PRICE.key("a"));
			builder.build(PRICE.key("b"));
			builder.build(PRICE.key("c"), PRICE.key("d"));
			builder.build(PRICE.key("c"));
		}
		assertThat(this.builds.builds()).extracting(RecentBuilds.RecentBuild::keys).containsExactly(2, 1);
		assertThat(this.builds.builds().getFirst().explanations().getFirst().toString()).contains("read from a source")
			.doesNotContain("rest c");
	}

	@Test
	void keysAreShownOnlyWhereThatIsAllowed() {
		try (SnapshotBuilder builder = builder()) {
			builder.build(PRICE.key("a"));
		}
		BuildDescriptor hidden = read(Show.NEVER);
		assertThat(hidden.keys().getFirst().key()).isEqualTo("market:price");
		assertThat(hidden.keys().getFirst().steps())
			.allSatisfy((step) -> assertThat(step.detail()).isEqualTo("******"));
		BuildDescriptor shown = read(Show.ALWAYS);
		assertThat(shown.keys().getFirst().key()).isEqualTo("market:price:a");
		assertThat(shown.toString()).doesNotContain("rest a");
		assertThat(read(Show.WHEN_AUTHORIZED).keys().getFirst().key()).isEqualTo("market:price");
	}

	@Test
	void buildsOfSeveralBuildersAreToldApart() {
		Source source = SampleSources.rest().build();
		try (SnapshotBuilder reports = Coalestra.builder()
			.buildListener(this.builds.forBuilder("reports"))
			.source(source)
			.build(); SnapshotBuilder builder = builder()) {
			reports.build(PRICE.key("a"));
			builder.build(PRICE.key("a"));
		}
		assertThat(this.builds.builds()).extracting(RecentBuilds.RecentBuild::builder)
			.containsExactly("default", "reports");
	}

	@Test
	void itsSizeIsChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RecentBuilds(0))
			.withMessage("size: 0 (expected: 1 or more)");
	}

	private BuildDescriptor read(Show show) {
		CoalestraExplainEndpoint endpoint = new CoalestraExplainEndpoint(this.builds, show, Set.of());
		assertThat(new CoalestraExplainEndpointWebExtension(endpoint).explain(SecurityContext.NONE))
			.isEqualTo(endpoint.explain());
		return endpoint.explain().builds().getFirst();
	}

	private SnapshotBuilder builder() {
		Source source = SampleSources.rest().build();
		return Coalestra.builder().buildListener(this.builds).source(source).build();
	}

}
