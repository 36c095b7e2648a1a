package io.coalestra.collections.jdbc;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.store.StoreException.Reason;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What an error of the database means. Messages name the state and the constraint, never
 * values.
 */
final class SqlFailures {

	/**
	 * Ends of the server, its standby before it is promoted, and no room for one more
	 * connection.
	 */
	private static final Set<String> UNAVAILABLE = Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25006",
			"53300");

	/**
	 * What keeps the database, or all of a table, from taking anything: resources,
	 * logins, the system beneath it and its own faults, by class; a database, schema,
	 * table or column that is missing, and a right, by state.
	 */
	private static final Set<String> UNABLE_CLASSES = Set.of("53", "28", "58", "F0", "XX", "3D", "3F");

	private static final Set<String> UNABLE = Set.of("42501", "42P01", "42703", "42704", "42883", "42809");

	/** A lock that is not to be had, and a statement that was cancelled for its time. */
	private static final Set<String> TRANSIENT = Set.of("55P03", "57014", "25P03", "25P04");

	private static final String REFERENCE = "23503";

	private static final String RESTRICTED = "23001";

	private SqlFailures() {
	}

	static StoreException translate(String store, String action, SQLException ex) {
		return new StoreException(store, reason(ex), action + ": " + describe(ex), ex);
	}

	private static Reason reason(SQLException ex) {
		String state = ex.getSQLState();
		if (state == null || state.startsWith("08") || UNAVAILABLE.contains(state)
				|| ex instanceof SQLTransientConnectionException) {
			return Reason.UNAVAILABLE;
		}
		if (UNABLE.contains(state) || UNABLE_CLASSES.contains(state.substring(0, Math.min(2, state.length())))) {
			return Reason.UNABLE;
		}
		if (state.startsWith("40") || TRANSIENT.contains(state)) {
			return Reason.TRANSIENT;
		}
		return (state.equals(REFERENCE) || state.equals(RESTRICTED)) ? Reason.REFERENCE : Reason.REJECTED;
	}

	private static String describe(SQLException ex) {
		StringBuilder text = new StringBuilder("SQLSTATE ").append(ex.getSQLState());
		ServerErrorMessage message = (ex instanceof PSQLException known) ? known.getServerErrorMessage() : null;
		if (message != null && message.getConstraint() != null) {
			text.append(", constraint ").append(message.getConstraint());
		}
		if (message != null && message.getColumn() != null) {
			text.append(", column ").append(message.getColumn());
		}
		return text.toString();
	}

}
