package io.coalestra.samples.quickstart.host;

import java.util.List;

/**
 * Which processes there are: the keys to ask for next.
 *
 * @param pids their ids
 */
public record ProcessList(List<Long> pids) {

	public ProcessList {
		pids = List.copyOf(pids);
	}

}
