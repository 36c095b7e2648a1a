package io.coalestra.collections.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * Connections of which a thread may bind one to itself: all that the store does on that
 * thread, until the binding is closed, is done on it, in its transaction.
 *
 * <p>
 * For programs that have no framework to do so. Safe for concurrent use; a binding is its
 * thread's own.
 */
public final class BoundConnections implements ConnectionProvider {

	private final ConnectionProvider unbound;

	@SuppressWarnings("ThreadLocalUsage") // each provider has bindings of its own
	private final ThreadLocal<@Nullable Connection> bound = new ThreadLocal<>();

	/**
	 * Makes a provider.
	 * @param unbound gives the connections of threads that have none bound
	 */
	public BoundConnections(ConnectionProvider unbound) {
		this.unbound = Objects.requireNonNull(unbound, "unbound");
	}

	/**
	 * Binds a connection to the calling thread, in place of one that is bound already.
	 * @param connection the connection, which the caller commits and closes
	 * @return restores what was bound before; to be closed by the same thread
	 */
	public Binding bind(Connection connection) {
		Connection outer = this.bound.get();
		this.bound.set(Objects.requireNonNull(connection, "connection"));
		return () -> restore(outer);
	}

	private void restore(@Nullable Connection outer) {
		if (outer != null) {
			this.bound.set(outer);
		}
		else {
			this.bound.remove();
		}
	}

	/**
	 * Runs work in a transaction: the one of the connection that is bound, or one of its
	 * own, which commits when the work returns and rolls back when it throws.
	 * @param <T> the result's type
	 * @param work the work
	 * @return what the work returned
	 * @throws Exception what the work threw, or a {@link SQLException} if the transaction
	 * cannot begin or commit
	 */
	public <T extends @Nullable Object> T inTransaction(Callable<T> work) throws Exception {
		if (this.bound.get() != null) {
			return work.call();
		}
		Connection connection = this.unbound.acquire();
		try (Transaction transaction = Transaction.begin(connection)) {
			Binding binding = bind(connection);
			T result;
			try {
				result = work.call();
			}
			finally {
				binding.close();
			}
			transaction.commit();
			return result;
		}
		finally {
			this.unbound.release(connection);
		}
	}

	@Override
	public Connection acquire() throws SQLException {
		Connection connection = this.bound.get();
		return (connection != null) ? connection : this.unbound.acquire();
	}

	@Override
	@SuppressWarnings("ReferenceEquality") // it is about this very connection
	public void release(Connection connection) throws SQLException {
		if (connection != this.bound.get()) {
			this.unbound.release(connection);
		}
	}

	/**
	 * A connection bound to a thread.
	 */
	@FunctionalInterface
	public interface Binding extends AutoCloseable {

		/**
		 * Restores what was bound before.
		 */
		@Override
		void close();

	}

}
