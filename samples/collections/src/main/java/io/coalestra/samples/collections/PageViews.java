package io.coalestra.samples.collections;

import io.coalestra.collections.access.Change;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.spring.boot.collections.RowRepository;

/**
 * The counts of pages. Their writes are deferred, by {@code application.yaml}.
 */
@RowRepository
public interface PageViews extends RowCollection<String, PageView> {

	/**
	 * Counts a view.
	 * @param path of which page
	 */
	default void count(String path) {
		compute(path, (seen) -> Change.put(seen.map(PageView::more).orElseGet(() -> new PageView(path, 1, 0))));
	}

}
