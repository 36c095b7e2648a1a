package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.Collection;

import io.coalestra.collections.coherence.NoticeTransport;
import io.coalestra.collections.coherence.RowNotice;

/**
 * Tells nothing and hears nothing, also where there is a shared tier.
 */
final class SilentNotices implements NoticeTransport {

	@Override
	public Channel open(Listener listener) {
		return new Channel() {

			@Override
			public void tell(Collection<RowNotice> notices) {
				// nobody is to hear
			}

			@Override
			public void close() {
				// nothing is open
			}

		};
	}

}
