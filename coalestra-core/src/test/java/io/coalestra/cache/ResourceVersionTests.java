package io.coalestra.cache;

import io.coalestra.key.ResourceType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Versions are ordered within their origin.
 */
class ResourceVersionTests {

	@Test
	void versionWithTheGreaterSequenceIsNewer() {
		assertThat(new ResourceVersion("b", 2, null)).isGreaterThan(new ResourceVersion("b", 1, null))
			.isGreaterThan(new ResourceVersion("c", 1, null))
			.hasToString("b-2");
	}

	@Test
	void sameRevisionIsToldByOriginAndSequenceAlone() {
		ResourceVersion version = new ResourceVersion("b", 1, "etag");
		assertThat(version.isSameAs(new ResourceVersion("b", 1, null))).isTrue();
		assertThat(version.isSameAs(new ResourceVersion("c", 1, "etag"))).isFalse();
		assertThat(version.isSameAs(new ResourceVersion("b", 2, "etag"))).isFalse();
	}

	@Test
	void partsMayNotBeNull() {
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> new ResourceVersion(null, 1, null))
			.withMessage("origin");
		assertThatExceptionOfType(NullPointerException.class)
			.isThrownBy(() -> new DependencyVersion(null, new ResourceVersion("b", 1, null)))
			.withMessage("key");
		assertThatExceptionOfType(NullPointerException.class)
			.isThrownBy(() -> new DependencyVersion(ResourceType.of("a", "b", String.class).key(), null))
			.withMessage("version");
	}

}
