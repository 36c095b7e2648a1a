package io.coalestra.spring.boot.batch;

/**
 * What a batcher does with a call inside a read-write transaction: the bulk call, on
 * another thread, sees committed rows only and is no part of the transaction.
 */
public enum TransactionRule {

	/** The bulk function runs on the caller's thread, for its key alone. */
	BYPASS,

	/** The call is refused. */
	REFUSE,

	/** The call is batched as any other. */
	IGNORE

}
