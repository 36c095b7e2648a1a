package io.coalestra.spring.boot.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.coalestra.snapshot.Explanation;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} that explains the latest builds: which keys they had, and
 * step by step how each came about. Keys name subjects, and messages of failures may:
 * both are shown only as {@code management.endpoint.coalestraexplain.show-values} says.
 * No payload is ever shown.
 */
@Endpoint(id = "coalestraexplain", defaultAccess = Access.READ_ONLY)
public class CoalestraExplainEndpoint {

	private final RecentBuilds builds;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Makes an endpoint.
	 * @param builds what is explained
	 * @param showValues when keys and messages are shown
	 * @param roles the roles of those to whom they are, when authorized
	 */
	public CoalestraExplainEndpoint(RecentBuilds builds, Show showValues, Set<String> roles) {
		this.builds = Objects.requireNonNull(builds, "builds");
		this.showValues = Objects.requireNonNull(showValues, "showValues");
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Explains the latest builds to whoever is not known.
	 * @return the builds, the latest first
	 */
	@ReadOperation
	public ExplainDescriptor explain() {
		return explain(SecurityContext.NONE);
	}

	ExplainDescriptor explain(SecurityContext asker) {
		boolean shown = this.showValues.isShown(asker, this.roles);
		return new ExplainDescriptor(this.builds.builds().stream().map((build) -> describe(build, shown)).toList());
	}

	private static BuildDescriptor describe(RecentBuilds.RecentBuild build, boolean shown) {
		return new BuildDescriptor(build.builder(), build.id(), build.createdAt(), build.complete(), build.keys(),
				build.explanations().stream().map((explanation) -> describe(explanation, shown)).toList());
	}

	private static KeyDescriptor describe(Explanation explanation, boolean shown) {
		return new KeyDescriptor(shown ? explanation.key().toString() : explanation.key().type().toString(),
				explanation.outcome(),
				explanation.steps()
					.stream()
					.map((step) -> new StepDescriptor(step.after(), step.action(), step.component(),
							shown ? step.detail() : SanitizableData.SANITIZED_VALUE))
					.toList());
	}

	/**
	 * The latest builds.
	 *
	 * @param builds the builds, the latest first
	 */
	public record ExplainDescriptor(List<BuildDescriptor> builds) implements OperationResponseBody {
	}

	/**
	 * One build.
	 *
	 * @param builder the builder's name, or "default" for the one that has none
	 * @param id the snapshot's id
	 * @param createdAt when it began
	 * @param complete whether nothing was lacking that the request required
	 * @param keyCount how many keys it had
	 * @param keys how the first hundred came about
	 */
	public record BuildDescriptor(String builder, String id, Instant createdAt, boolean complete, int keyCount,
			List<KeyDescriptor> keys) {
	}

	/**
	 * How one key came about.
	 *
	 * @param key the key, or its type alone
	 * @param outcome what it came to
	 * @param steps what was done for it
	 */
	public record KeyDescriptor(String key, String outcome, List<StepDescriptor> steps) {
	}

	/**
	 * One step.
	 *
	 * @param after how long after the read began
	 * @param action what was done
	 * @param component with what
	 * @param detail what came of it
	 */
	public record StepDescriptor(Duration after, String action, String component, String detail) {
	}

}
