package io.coalestra.samples.collections;

import io.coalestra.collections.mapping.KeyColumn;
import io.coalestra.collections.mapping.VersionColumn;

/**
 * How often a page was seen: a row of the table {@code page_view}.
 *
 * @param path which page
 * @param views how often
 * @param version moved by each write
 */
public record PageView(@KeyColumn String path, long views, @VersionColumn long version) {

	PageView more() {
		return new PageView(this.path, this.views + 1, this.version);
	}

}
