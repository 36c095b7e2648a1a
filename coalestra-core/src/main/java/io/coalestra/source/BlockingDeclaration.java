package io.coalestra.source;

/**
 * What a source says about blocking.
 */
public enum BlockingDeclaration {

	/** It says nothing, and is taken to block. */
	UNDECLARED,

	/** It never blocks: it computes, reads memory, or answers with a future. */
	NON_BLOCKING,

	/** It blocks; how long its client lets it is its transport timeout. */
	BLOCKING

}
