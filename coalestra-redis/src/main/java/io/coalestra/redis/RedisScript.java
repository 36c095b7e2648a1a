package io.coalestra.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;

/**
 * A script that the server runs as one step. It is called by its digest, and sent whole
 * only where the server does not know it: after a restart, once.
 */
final class RedisScript {

	private final String text;

	private final String digest;

	private final ScriptOutputType output;

	private RedisScript(String text, ScriptOutputType output) {
		this.text = text;
		this.digest = Base16.digest(text.getBytes(StandardCharsets.UTF_8));
		this.output = output;
	}

	static RedisScript load(String name, ScriptOutputType output) {
		try (InputStream in = RedisScript.class.getResourceAsStream(name)) {
			if (in == null) {
				throw new IllegalStateException("script: " + name + " (expected: to be in the archive)");
			}
			return new RedisScript(new String(in.readAllBytes(), StandardCharsets.UTF_8), output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	<T> CompletableFuture<T> run(RedisClusterAsyncCommands<byte[], byte[]> commands, byte[][] keys, byte[]... values) {
		CompletableFuture<T> byDigest = commands.<T>evalsha(this.digest, this.output, keys, values)
			.toCompletableFuture();
		return byDigest.exceptionallyCompose((failure) -> {
			if (!(cause(failure) instanceof RedisNoScriptException)) {
				return CompletableFuture.failedFuture(failure);
			}
			return commands.<T>eval(this.text, this.output, keys, values).toCompletableFuture();
		});
	}

	private static Throwable cause(Throwable failure) {
		Throwable cause = failure.getCause();
		return (cause != null && !(failure instanceof RedisNoScriptException)) ? cause : failure;
	}

}
