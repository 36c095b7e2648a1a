package io.coalestra.samples.quickstart.host;

import java.util.List;

/**
 * Which disks there are: the keys to ask for next.
 *
 * @param names their names, such as {@code sda}
 */
public record DiskList(List<String> names) {

	public DiskList {
		names = List.copyOf(names);
	}

}
