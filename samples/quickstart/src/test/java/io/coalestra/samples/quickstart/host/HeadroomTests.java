package io.coalestra.samples.quickstart.host;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HeadroomTests {

	private static final Cpu TWO = new Cpu(2, 0.5);

	@Test
	void whatTheLoadLeavesIsFree() {
		assertThat(Headroom.of(new Load(0.5, null, null, null), TWO)).isEqualTo(new Headroom(0.25, 0.75));
	}

	@Test
	void anOverloadedHostHasNoneAndNotLess() {
		assertThat(Headroom.of(new Load(5, null, null, null), TWO)).isEqualTo(new Headroom(2.5, 0));
	}

}
