package io.coalestra.json;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import io.coalestra.cache.PayloadCopier;
import io.coalestra.failure.PayloadIsolationException;
import io.coalestra.internal.isolation.StructuralCopier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Copies beans by Jackson, and everything that can be copied without it structurally:
 * values, collections and maps of the JDK, arrays and records.
 *
 * <p>
 * A bean is taken apart into its fields and put together anew as an object of exactly its
 * class, so it needs a constructor without parameters, of any visibility, or one that
 * Jackson knows. Then the copy is held against the original: objects of the same classes
 * and the same content all the way down. What Jackson cannot bring back, such as a
 * subclass in a field that is declared as its superclass, or a UUID in a map of objects,
 * is refused, never copied by halves. Transient and ignored fields are no part of the
 * payload. No type is ever named by data.
 *
 * <p>
 * This costs several times what a structural copy does; records of immutable values cost
 * nothing. Safe for concurrent use.
 */
public final class JacksonPayloadCopier implements PayloadCopier {

	private final JsonMapper mapper;

	private final JsonMapper noting;

	private final PayloadCopier structural;

	/**
	 * Makes a copier that goes by the fields of beans, private ones included.
	 */
	public JacksonPayloadCopier() {
		this(JsonMapper.builder()
			.changeDefaultVisibility((visibility) -> visibility.withVisibility(PropertyAccessor.ALL, Visibility.NONE)
				.withFieldVisibility(Visibility.ANY)
				.withCreatorVisibility(Visibility.ANY))
			.enable(MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS)
			// Sets keep their order, as structural copies do.
			.addModule(new SimpleModule().addAbstractTypeMapping(Set.class, LinkedHashSet.class))
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.build());
	}

	/**
	 * Makes a copier that takes beans for what a mapper takes them for.
	 * @param mapper the mapper, without default typing
	 */
	public JacksonPayloadCopier(JsonMapper mapper) {
		this.mapper = Objects.requireNonNull(mapper, "mapper");
		this.noting = Shape.noting(mapper);
		this.structural = new StructuralCopier(new BeanCopier());
	}

	@Override
	public <T> T copy(T payload) {
		return this.structural.copy(payload);
	}

	/**
	 * Copies one bean with all that it refers to.
	 */
	private final class BeanCopier implements PayloadCopier {

		@Override
		@SuppressWarnings("unchecked") // held against the original's class
		public <T> T copy(T bean) {
			JsonMapper mapper = JacksonPayloadCopier.this.mapper;
			try {
				@Nullable Object copy = mapper.convertValue(bean, mapper.constructType(bean.getClass()));
				JsonMapper noting = JacksonPayloadCopier.this.noting;
				Shape made = (copy != null) ? Shape.of(copy, noting) : null;
				String difference = Shape.of(bean, noting).differenceTo(made);
				if (difference != null) {
					throw refused(bean, "its copy by Jackson is not the same: " + difference
							+ " (expected: fields declared as what they hold)", null);
				}
				return (T) Objects.requireNonNull(copy);
			}
			catch (JacksonException | IllegalArgumentException ex) {
				throw refused(bean, "Jackson cannot copy it: " + firstLine(ex), ex);
			}
		}

		private static String firstLine(Exception ex) {
			String message = String.valueOf(ex.getMessage());
			int end = message.indexOf('\n');
			return (end < 0) ? message : message.substring(0, end);
		}

		private static PayloadIsolationException refused(Object bean, String why, @Nullable Exception cause) {
			return new PayloadIsolationException(why, bean.getClass(), cause);
		}

	}

}
