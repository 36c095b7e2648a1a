package io.coalestra.source;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Checks and awaits what functions of the application answer.
 */
final class Answers {

	private Answers() {
	}

	static <T> T requireValue(@Nullable T value) {
		if (value == null) {
			throw new SourceProtocolException("the source answered null (expected: a value, "
					+ "or Payload.absent() where the resource does not exist)");
		}
		return value;
	}

	// Blocks, as the virtual thread of a call may, and cancels the stage when
	// interrupted.
	static <T> T await(@Nullable CompletionStage<T> stage) throws Exception {
		if (stage == null) {
			throw new SourceProtocolException("the source answered null (expected: a CompletionStage)");
		}
		CompletableFuture<T> future = stage.toCompletableFuture();
		try {
			return future.get();
		}
		catch (InterruptedException interrupted) {
			future.cancel(true);
			throw interrupted;
		}
		catch (ExecutionException failed) {
			switch (failed.getCause()) {
				case Exception exception -> throw exception;
				case Error error -> throw error;
				case null, default -> throw failed;
			}
		}
	}

}
