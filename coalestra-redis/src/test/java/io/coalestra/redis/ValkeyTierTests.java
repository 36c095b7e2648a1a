package io.coalestra.redis;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;

import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * A Valkey, where one is found on the path. All other tests of this module run on one
 * with {@code -Dredis.server=valkey-server}.
 */
@EnabledIf(value = "isFound", disabledReason = "there is no valkey-server on the path")
class ValkeyTierTests extends SharedTierContract {

	private static final String COMMAND = "valkey-server";

	private static TwoNodes nodes;

	@BeforeAll
	static void start() {
		nodes = TwoNodes.start(COMMAND);
	}

	@AfterAll
	static void stop() {
		nodes.close();
	}

	static boolean isFound() {
		String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
		return Arrays.stream(path.split(File.pathSeparator, -1))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, COMMAND)));
	}

	@Override
	protected SharedTier tier() {
		return nodes.tier();
	}

	@Override
	protected SharedTier otherNode() {
		return nodes.otherNode();
	}

	@Override
	protected boolean eventually(BooleanSupplier condition) {
		return ServerProcess.within(condition);
	}

}
