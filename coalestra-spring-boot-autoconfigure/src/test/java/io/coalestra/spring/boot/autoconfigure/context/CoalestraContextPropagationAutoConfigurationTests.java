package io.coalestra.spring.boot.autoconfigure.context;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.ContextCarrier;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.context.MicrometerContextCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.task.TaskDecorator;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is bound to the thread of a build is bound to the virtual threads of its calls.
 */
class CoalestraContextPropagationAutoConfigurationTests {

	private static final ThreadLocal<String> USER = new ThreadLocal<>();

	private final List<String> seen = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraContextPropagationAutoConfiguration.class,
				CoalestraAutoConfiguration.class))
		.withBean(Source.class, () -> Source.single("noting", SampleSources.PRICE, (key) -> {
			this.seen.add(USER.get() + " " + MDC.get("request") + " " + Thread.currentThread().isVirtual());
			return "1";
		}).nonBlocking().build());

	@BeforeEach
	void bind() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new UserAccessor());
		USER.set("ann");
		MDC.put("request", "r-1");
	}

	@AfterEach
	void unbind() {
		ContextRegistry.getInstance().removeThreadLocalAccessor(UserAccessor.KEY);
		USER.remove();
		MDC.clear();
	}

	@Test
	void threadLocalsAndTheLogContextReachTheCalls() {
		this.runner.run((context) -> {
			context.getBean(SnapshotBuilder.class).build(SampleSources.PRICE.key("BTC"));
			CompletableFuture<?> later = context.getBean(SnapshotBuilder.class)
				.buildAsync(SampleSources.PRICE.key("ETH"));
			later.join();
			assertThat(this.seen).containsExactly("ann r-1 true", "ann r-1 true");
		});
	}

	@Test
	void theSecurityContextReachesTheCalls() {
		List<String> callers = new CopyOnWriteArrayList<>();
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("ann", "secret"));
		try {
			this.runner.withBean("callers", Source.class, () -> Source.single("callers", SampleSources.NEWS, (key) -> {
				callers.add(String.valueOf(SecurityContextHolder.getContext().getAuthentication()));
				return "1";
			}).nonBlocking().build())
				.run((context) -> context.getBean(SnapshotBuilder.class).build(SampleSources.NEWS.key()));
		}
		finally {
			SecurityContextHolder.clearContext();
		}
		assertThat(callers).singleElement().asString().contains("Principal=ann");
	}

	@Test
	void aLogContextThatIsRegisteredIsCarriedOnce() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor());
		try {
			this.runner.run((context) -> {
				context.getBean(SnapshotBuilder.class).build(SampleSources.PRICE.key("BTC"));
				assertThat(this.seen).containsExactly("ann r-1 true");
			});
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor(Slf4jThreadLocalAccessor.KEY);
		}
	}

	@Test
	void whatIsExcludedIsNotCarried() {
		this.runner.withPropertyValues("coalestra.context.excluded-keys=user").run((context) -> {
			context.getBean(SnapshotBuilder.class).build(SampleSources.PRICE.key("BTC"));
			assertThat(this.seen).containsExactly("null r-1 true");
		});
	}

	@Test
	void whatTaskDecoratorsCarryReachesTheCalls() {
		ThreadLocal<String> tenant = new ThreadLocal<>();
		List<String> tenants = new CopyOnWriteArrayList<>();
		ApplicationContextRunner decorated = this.runner.withBean(TaskDecorator.class, () -> (task) -> {
			String captured = tenant.get();
			return () -> {
				tenant.set(captured);
				try {
					task.run();
				}
				finally {
					tenant.remove();
				}
			};
		}).withBean("tenants", Source.class, () -> Source.single("tenants", SampleSources.NEWS, (key) -> {
			tenants.add(String.valueOf(tenant.get()));
			return "1";
		}).nonBlocking().build());
		tenant.set("acme");
		decorated.run((context) -> context.getBean(SnapshotBuilder.class)
			.build(SampleSources.NEWS.key("a"), SampleSources.NEWS.key("b"), SampleSources.PRICE.key("BTC")));
		decorated.withPropertyValues("coalestra.context.task-decorators=false")
			.run((context) -> context.getBean(SnapshotBuilder.class).build(SampleSources.NEWS.key("a")));
		assertThat(tenants).containsExactly("acme", "acme", "null");
		assertThat(this.seen).containsExactly("ann r-1 true");
	}

	@Test
	void aDecoratorThatDoesNotRunItsTaskFailsTheCall() {
		this.runner.withBean(TaskDecorator.class, () -> (task) -> () -> {
		})
			.run((context) -> assertThatExceptionOfType(SnapshotBuildException.class)
				.isThrownBy(() -> context.getBean(SnapshotBuilder.class).build(SampleSources.PRICE.key("BTC")))
				.withMessageContaining("the context of the call did not run it"));
	}

	@Test
	void turnedOffNothingIsCarried() {
		this.runner.withPropertyValues("coalestra.context.propagate=false").run((context) -> {
			assertThat(context).doesNotHaveBean(ContextCarrier.class);
			context.getBean(SnapshotBuilder.class).build(SampleSources.PRICE.key("BTC"));
			assertThat(this.seen).containsExactly("null null true");
		});
	}

	@Test
	void disabledWithTheLibraryThereIsNone() {
		this.runner.withPropertyValues("coalestra.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ContextCarrier.class));
	}

	@Test
	void withoutContextPropagationThereIsNone() {
		this.runner.withClassLoader(new FilteredClassLoader(ContextSnapshotFactory.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ContextCarrier.class));
	}

	@Test
	void aCarrierOfTheApplicationsOwnReplacesIt() {
		this.runner.withBean(ContextCarrier.class, () -> ContextCarrier.NONE)
			.run((context) -> assertThat(context).hasSingleBean(ContextCarrier.class)
				.doesNotHaveBean(MicrometerContextCarrier.class));
	}

	static final class UserAccessor implements ThreadLocalAccessor<String> {

		static final String KEY = "user";

		@Override
		public Object key() {
			return KEY;
		}

		@Override
		public String getValue() {
			return USER.get();
		}

		@Override
		public void setValue(String value) {
			USER.set(value);
		}

		@Override
		public void setValue() {
			USER.remove();
		}

	}

}
