package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.coalestra.time.TimeSource;

/**
 * What a builder has gathered.
 */
record FlushSettings(int maxPending, WhenFull whenFull, Duration interval, Map<String, Duration> intervals,
		int maxBatchSize, int maxAttempts, int maxPatientAttempts, Duration unableLimit, Backoff backoff,
		Duration closeLimit, Consumer<? super DeadLetter> deadLetters, Consumer<? super FlushConflict> conflicts,
		Executor executor, TimeSource time) {
}
