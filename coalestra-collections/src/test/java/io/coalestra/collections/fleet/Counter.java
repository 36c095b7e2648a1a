package io.coalestra.collections.fleet;

import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.mapping.VersionColumn;

/**
 * A row that is only ever added to: its value is the number of changes that were made to
 * it, whoever made them.
 */
record Counter(long id, long value, @VersionColumn long version) {

	static final RowMapping<Long, Counter> MAPPING = RowMapping.of(Long.class, Counter.class);

	Counter next() {
		return new Counter(this.id, this.value + 1, this.version);
	}

}
