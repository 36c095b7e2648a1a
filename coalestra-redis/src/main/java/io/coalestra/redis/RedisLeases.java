package io.coalestra.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.coalestra.tier.LeaseTable;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * Leases as keys that expire by the server's clock. A fencing number is the server's time
 * or one more than the last, whichever is greater, so that it rises also after the server
 * has lost its contents.
 */
final class RedisLeases implements LeaseTable {

	private static final Duration FENCING_MEMORY = Duration.ofDays(1);

	private static final int MAX_NAME_LENGTH = 200;

	private final RedisScript claim = RedisScript.load("claim.lua", ScriptOutputType.MULTI);

	private final RedisScript renew = RedisScript.load("renew.lua", ScriptOutputType.INTEGER);

	private final RedisScript release = RedisScript.load("release.lua", ScriptOutputType.INTEGER);

	private final RedisTier tier;

	private final RedisKeys keys;

	RedisLeases(RedisTier tier, RedisKeys keys) {
		this.tier = tier;
		this.keys = keys;
	}

	private <T> CompletableFuture<T> ask(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletableFuture<T>> question) {
		return this.tier.ask(question);
	}

	@Override
	public CompletableFuture<Claim> claim(String name, String holder, Duration life) {
		byte[][] names = { this.keys.lease(checked(name)), this.keys.fencing(name) };
		byte[] remembered = RedisKeys.bytes(FENCING_MEMORY.plus(life).toMillis());
		return ask((commands) -> this.claim
			.<List<byte[]>>run(commands, names, RedisKeys.bytes(holder), millis(life), remembered)
			.thenApply((answer) -> claimOf(name, holder, answer)));
	}

	private static Claim claimOf(String name, String holder, List<byte[]> answer) {
		String fencing = RedisKeys.text(answer.getFirst());
		long remaining = Long.parseLong(RedisKeys.text(answer.getLast()));
		return fencing.isEmpty() ? new Claim.Held(Duration.ofMillis(Math.max(1, remaining)))
				: new Claim.Granted(new Grant(name, holder, Long.parseLong(fencing)));
	}

	@Override
	public CompletableFuture<Boolean> renew(Grant grant, Duration life) {
		byte[][] names = { this.keys.lease(checked(grant.name())) };
		return ask((commands) -> this.renew.<Long>run(commands, names, contentOf(grant), millis(life))
			.thenApply((changed) -> changed == 1));
	}

	@Override
	public CompletableFuture<Boolean> release(Grant grant) {
		byte[][] names = { this.keys.lease(checked(grant.name())) };
		return ask((commands) -> this.release.<Long>run(commands, names, contentOf(grant))
			.thenApply((changed) -> changed == 1));
	}

	private static byte[] contentOf(Grant grant) {
		return RedisKeys.bytes(grant.fencingNumber() + ":" + grant.holder());
	}

	@Override
	public CompletableFuture<Boolean> recordOnce(String digest, Duration life) {
		byte[] name = this.keys.once(checked(digest));
		SetArgs onlyFirst = SetArgs.Builder.nx().px(requireLife(life));
		return ask((commands) -> commands.set(name, RedisKeys.bytes("1"), onlyFirst)
			.toCompletableFuture()
			.thenApply("OK"::equals));
	}

	private static String checked(String name) {
		if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
			throw new IllegalArgumentException("name: " + name.length() + " characters (expected: 1 to 200)");
		}
		return name;
	}

	private static byte[] millis(Duration life) {
		return RedisKeys.bytes(requireLife(life));
	}

	private static long requireLife(Duration life) {
		if (life.toMillis() < 1) {
			throw new IllegalArgumentException("life: " + life + " (expected: at least PT0.001S)");
		}
		return life.toMillis();
	}

}
