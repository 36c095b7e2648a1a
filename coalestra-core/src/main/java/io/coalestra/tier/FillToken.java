package io.coalestra.tier;

import java.util.Objects;

/**
 * What a tier knew of a key when a node looked, handed back with the value that the node
 * then read at its source: if the key was removed in between, or the tier lost its
 * contents, the fill is refused.
 *
 * @param incarnation names the tier's contents; another one says that they were lost
 * @param readAt when the tier was read, by the clock that judges how old a fill may be:
 * microseconds
 * @param mark the key's generation then; zero where it had none
 */
public record FillToken(String incarnation, long readAt, long mark) {

	/**
	 * Checks.
	 */
	public FillToken {
		Objects.requireNonNull(incarnation, "incarnation");
	}

}
