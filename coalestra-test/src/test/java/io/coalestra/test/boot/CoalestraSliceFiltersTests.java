package io.coalestra.test.boot;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice takes what a test asks for.
 */
@CoalestraTest(includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Unrelated.class),
		excludeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = CountingSink.class))
class CoalestraSliceFiltersTests {

	@Autowired
	private ApplicationContext context;

	@Test
	void filtersAddAndTakeAway() {
		assertThat(this.context.getBeanProvider(Unrelated.class).getIfAvailable()).isNotNull();
		assertThat(this.context.getBeanProvider(CountingSink.class).getIfAvailable()).isNull();
		assertThat(this.context.getBeanProvider(PriceSources.class).getIfAvailable()).isNotNull();
	}

}
