package io.coalestra.batch;

import java.io.Serial;

/**
 * Ends the method body of a caller who does not lead: its answer has come. An
 * {@code Error}, so that {@code catch (Exception)} lets it pass; without a stack, because
 * it says nothing.
 */
final class FollowerAnswered extends Error {

	@Serial
	private static final long serialVersionUID = 1L;

	@SuppressWarnings("StaticAssignmentOfThrowable") // It has neither stack nor state.
	static final FollowerAnswered INSTANCE = new FollowerAnswered();

	private FollowerAnswered() {
		super("A batch was answered by another caller. Please let this pass.", null, false, false);
	}

}
