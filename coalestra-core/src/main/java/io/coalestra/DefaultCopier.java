package io.coalestra;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.internal.isolation.StructuralCopier;
import io.coalestra.json.JacksonPayloadCopier;

/**
 * Finds the copier of builders that are given none: one that knows beans where Jackson is
 * on the class path or module path.
 */
final class DefaultCopier {

	private static final String JACKSON = "tools.jackson.databind.json.JsonMapper";

	private DefaultCopier() {
	}

	static PayloadCopier find() {
		try {
			Class.forName(JACKSON, false, DefaultCopier.class.getClassLoader());
		}
		catch (ClassNotFoundException | LinkageError absent) {
			return new StructuralCopier();
		}
		return new BeanCopier();
	}

	// Jackson is made ready with the first bean, which most builders never see, and not
	// when an application starts.
	private static final class BeanCopier implements PayloadCopier {

		@Override
		public <T> T copy(T payload) {
			return Beans.COPIER.copy(payload);
		}

	}

	// Initialized, and so linked against Jackson, only where that is present.
	private static final class Beans {

		private static final PayloadCopier COPIER = new JacksonPayloadCopier();

	}

}
