package io.coalestra.spring.boot.autoconfigure.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.coalestra.batch.BatchException;
import io.coalestra.batch.BatchTrigger;
import io.coalestra.batch.Batcher;
import io.coalestra.batch.Outcome;
import io.coalestra.spring.boot.autoconfigure.fault.StartUpReport;
import io.coalestra.spring.boot.batch.Batched;
import io.coalestra.spring.boot.batch.BatcherConfigurer;
import io.coalestra.spring.boot.batch.BatcherCustomizer;
import io.coalestra.spring.boot.batch.BulkMethod;
import io.coalestra.spring.boot.batch.CallerContext;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Methods for one item that become bulk calls by annotation.
 */
class BatchedMethodTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraBatchAutoConfiguration.class))
		.withBean(SteerableTimeSource.class, () -> this.time)
		.withBean("users", Users.class, Users::new);

	@AfterEach
	void clear() {
		SecurityContextHolder.clearContext();
		TransactionSynchronizationManager.clear();
	}

	@Test
	void whereNothingIsDeclaredNoBeanIsLookedAt() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CoalestraBatchAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(BatchedMethodPostProcessor.class));
		this.runner.run((context) -> assertThat(context).hasSingleBean(BatchedMethodPostProcessor.class));
	}

	@Test
	void concurrentCallsOfOneItemBecomeOneBulkCall() {
		this.runner
			.withPropertyValues("coalestra.batchers.later.window=50ms", "coalestra.batchers.later.window-kind=fixed")
			.run((context) -> {
				Users users = context.getBean(Users.class);
				Users target = AopTestUtils.getTargetObject(users);
				CompletableFuture<String> one = users.later(1L);
				CompletableFuture<String> two = users.later(2L);
				assertThat(target.calls).isEmpty();
				this.time.advance(Duration.ofMillis(50));
				assertThat(one.join()).isEqualTo("user 1");
				assertThat(two.join()).isEqualTo("user 2");
				assertThat(target.calls).containsExactly(List.of(1L, 2L));
			});
	}

	@Test
	void anItemIsHandedOutAsTheMethodSays() {
		this.runner.run((context) -> {
			Users users = context.getBean(Users.class);
			assertThat(users.find(1L)).isEqualTo("user 1");
			assertThat(users.find(-1L)).isNull();
			assertThat(users.perhaps(1L)).contains("user 1");
			assertThat(users.perhaps(-1L)).isEmpty();
			assertThat(users.outcome(-1L)).isEqualTo(Outcome.absent());
			assertThat(users.sized(4)).isEqualTo("4");
		});
	}

	@Test
	void aBulkMethodPublishesItsSingleItemForm() {
		this.runner.withBean(Greetings.class).run((context) -> {
			assertThat(context.getBean(Greetings.class).names.get(7L)).isEqualTo("name 7");
			assertThat(context).hasBean("namesBatcher");
		});
	}

	@Test
	void callsFromInsideTheBeanAreNotBatched() {
		this.runner.run((context) -> assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> context.getBean(Users.class).inside(1L)));
	}

	@Test
	void whatIsSaidOfOneBatcherGoesBeforeWhatIsSaidOfAll() {
		this.runner
			.withPropertyValues("coalestra.batching.max-batch-size=2", "coalestra.batching.window-kind=fixed",
					"coalestra.batchers.later.max-batch-size=3", "coalestra.batchers.later.missing-is-error=true")
			.run((context) -> {
				Users users = context.getBean(Users.class);
				Users target = AopTestUtils.getTargetObject(users);
				List<CompletableFuture<String>> full = List.of(users.later(1L), users.later(2L), users.later(3L));
				full.forEach(CompletableFuture::join);
				assertThat(target.calls).containsExactly(List.of(1L, 2L, 3L));
				CompletableFuture<String> missing = users.later(-1L);
				this.time.advance(Duration.ofMillis(10));
				assertThat(missing).failsWithin(Duration.ofSeconds(20));
			});
	}

	@Test
	void customizersComeLastAndKnowTheName() {
		List<String> names = new ArrayList<>();
		this.runner.withBean(BatcherCustomizer.class, () -> (name, builder) -> {
			names.add(name);
			builder.refuseWhen("it is tested", () -> name.equals("find"));
		}).run((context) -> {
			assertThatExceptionOfType(BatchException.class).isThrownBy(() -> context.getBean(Users.class).find(1L));
			assertThat(names).contains("find", "later", "names");
		});
	}

	@Test
	void aBatcherOfTheApplicationIsConfiguredByItsName() {
		this.runner.withUserConfiguration(OwnBatcher.class)
			.withPropertyValues("coalestra.batchers.own.max-batch-size=1")
			.run((context) -> assertThat(context).hasNotFailed().hasBean("own"));
	}

	@Test
	void insideAReadWriteTransactionTheBulkMethodRunsOnTheCallersThread() {
		this.runner.run((context) -> {
			Users users = context.getBean(Users.class);
			Users target = AopTestUtils.getTargetObject(users);
			TransactionSynchronizationManager.setActualTransactionActive(true);
			users.find(1L);
			assertThat(target.thread).isEqualTo(Thread.currentThread());
			TransactionSynchronizationManager.setCurrentTransactionReadOnly(true);
			users.find(1L);
			assertThat(target.thread).isNotEqualTo(Thread.currentThread());
		});
	}

	@Test
	void insideATransactionCallsCanBeRefusedOrBatched() {
		this.runner
			.withPropertyValues("coalestra.batching.transactions=refuse", "coalestra.batchers.find.transactions=ignore")
			.run((context) -> {
				Users users = context.getBean(Users.class);
				Users target = AopTestUtils.getTargetObject(users);
				TransactionSynchronizationManager.setActualTransactionActive(true);
				users.find(1L);
				assertThat(target.thread).isNotEqualTo(Thread.currentThread());
				assertThatExceptionOfType(BatchException.class).isThrownBy(() -> users.perhaps(1L))
					.withMessageContaining("calls are refused while a read-write transaction is active");
			});
	}

	@Test
	void withoutTransactionsOnTheClassPathEverythingIsBatched() {
		this.runner.withClassLoader(new FilteredClassLoader(TransactionSynchronizationManager.class))
			.run((context) -> assertThat(context.getBean(Users.class).find(1L)).isEqualTo("user 1"));
	}

	@Test
	void callersOfDifferentIdentitiesAndTenantsDoNotShareABulkCallAndEachRunsAsItsOwn() {
		Tenant tenant = new Tenant();
		this.runner.withBean("tenant", Tenant.class, () -> tenant)
			.withPropertyValues("coalestra.batchers.later.group-by=security,tenant",
					"coalestra.batchers.later.window-kind=fixed")
			.run((context) -> {
				Users users = context.getBean(Users.class);
				Users target = AopTestUtils.getTargetObject(users);
				List<CompletableFuture<String>> calls = new ArrayList<>();
				for (String who : List.of("ann", "bob")) {
					SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken(who, ""));
					calls.add(users.later(1L));
					calls.add(users.later(2L));
				}
				tenant.now.set("t2");
				calls.add(users.later(1L));
				this.time.advance(Duration.ofMillis(10));
				calls.forEach(CompletableFuture::join);
				assertThat(target.calls).hasSize(3);
				assertThat(target.identities).containsExactlyInAnyOrder("ann", "bob", "bob");
				assertThat(tenant.ran).containsExactlyInAnyOrder("t1", "t1", "t2");
			});
	}

	@Test
	void closingTheApplicationDispatchesWhatGathers() {
		List<CompletableFuture<String>> left = new ArrayList<>();
		this.runner.withPropertyValues("coalestra.batchers.later.window-kind=fixed").run((context) -> {
			left.add(context.getBean(Users.class).later(1L));
			context.close();
			assertThat(left.getFirst().join()).isEqualTo("user 1");
			assertThat(context.getBeanFactory()).isNotNull();
		});
	}

	@Test
	void theBatcherCanBeAskedForItsTriggers() {
		this.runner.run((context) -> {
			context.getBean(Users.class).find(1L);
			Batcher<?, ?> batcher = context.getBean("findBatcher", Batcher.class);
			assertThat(batcher.statistics().triggers()).containsEntry(BatchTrigger.IDLE, 1L);
		});
	}

	@Test
	void settingsOfABatcherThatIsNotThereAreToldWithThoseThatAre() {
		FailureAnalysis analysis = analyze(this.runner.withPropertyValues("coalestra.batchers.findd.max-batch-size=5"));
		assertThat(analysis.getDescription()).contains("coalestra.batchers.findd is for no batcher (expected: one of")
			.contains("find, ");
		assertThat(analysis.getAction()).contains("Correct the name in coalestra.batchers.findd");
	}

	@Test
	void refusedValuesAreToldByTheirProperties() {
		assertThat(analyze(this.runner.withPropertyValues("coalestra.batching.max-batch-size=0")).getDescription())
			.contains("coalestra.batching.max-batch-size is 0 (expected: 1 or more)");
		assertThat(analyze(this.runner.withPropertyValues("coalestra.batchers.find.group-by=tenent")).getDescription())
			.contains("coalestra.batchers.find.group-by names tenent, which is not a CallerContext"
					+ " (expected: some of [security])");
		assertThat(analyze(this.runner.withPropertyValues("coalestra.batchers.find.max-pending=5")).getDescription())
			.contains("coalestra.batchers.find.max-pending is 5 (expected: at least maxBatchSize 100)");
	}

	@Test
	void aPartnerThatIsMissingIsToldWithTheMethodThatWouldDo() {
		FailureAnalysis analysis = analyze(this.runner.withBean(NoPartner.class));
		assertThat(analysis.getDescription())
			.contains("@Batched method NoPartner.find (bean 'batchedMethodTests.NoPartner')")
			.contains("names the bulk partner \"findAll\", of which NoPartner has none");
		assertThat(analysis.getAction())
			.contains("Add the method \"Map<Long, String> findAll(List<Long> keys)\" to NoPartner");
	}

	@Test
	void typesThatDoNotFitAreTold() {
		assertThat(analyze(this.runner.withBean(OtherTypes.class)).getDescription())
			.contains("reads String by Long, and its bulk partner Integer by Long (expected: the same types)");
		assertThat(analyze(this.runner.withBean(TwoParameters.class)).getDescription())
			.contains("has 2 parameters (expected: one, the key of the item)");
		assertThat(analyze(this.runner.withBean(Primitive.class)).getDescription())
			.contains("returns int (expected: a type that can say that there is no item)");
		assertThat(analyze(this.runner.withBean(SetByPosition.class)).getDescription())
			.contains("has the bulk method \"List<String> findAll(Set<Long>)\"");
		assertThat(analyze(this.runner.withBean(FinalMethod.class)).getDescription())
			.contains("cannot be advised by a proxy");
		assertThat(analyze(this.runner.withBean(Wild.class)).getDescription())
			.contains("does not say the types of its keys and values");
	}

	@Test
	void twoBatchersOfOneNameAndBeansOfOtherScopesAreTold() {
		assertThat(analyze(this.runner.withBean("more", Users.class, Users::new)).getDescription())
			.contains("batcher \"find\" is declared twice");
		assertThat(analyze(this.runner.withUserConfiguration(Prototype.class)).getDescription())
			.contains("bean 'each' declares a batcher, and is not a singleton");
	}

	private static FailureAnalysis analyze(ApplicationContextRunner runner) {
		List<FailureAnalysis> analyses = new ArrayList<>();
		runner.run((context) -> {
			assertThat(context).hasFailed();
			analyses.add(StartUpReport.of(context.getStartupFailure()));
		});
		return analyses.getFirst();
	}

	public static class Users {

		final List<List<Long>> calls = new CopyOnWriteArrayList<>();

		final List<String> identities = new CopyOnWriteArrayList<>();

		volatile Thread thread;

		@Batched(name = "find", bulk = "findAll")
		public String find(Long id) {
			throw new IllegalStateException("batched");
		}

		@Batched(name = "perhaps", bulk = "findAll")
		public Optional<String> perhaps(long id) {
			throw new IllegalStateException("batched");
		}

		@Batched(name = "later", bulk = "findAll")
		public CompletableFuture<String> later(Long id) {
			throw new IllegalStateException("batched");
		}

		@Batched(name = "outcome", bulk = "outcomes")
		public Outcome<String> outcome(Long id) {
			throw new IllegalStateException("batched");
		}

		@Batched(name = "sized", bulk = "inOrder")
		public String sized(Integer number) {
			throw new IllegalStateException("batched");
		}

		public String inside(Long id) {
			return find(id);
		}

		public Map<Long, String> findAll(Collection<Long> ids) {
			this.thread = Thread.currentThread();
			this.calls.add(List.copyOf(ids));
			var authentication = SecurityContextHolder.getContext().getAuthentication();
			if (authentication != null) {
				this.identities.add(authentication.getName());
			}
			Map<Long, String> found = new HashMap<>();
			ids.stream().filter((id) -> id > 0).forEach((id) -> found.put(id, "user " + id));
			return found;
		}

		Map<Long, Outcome<String>> outcomes(Set<Long> ids) {
			return Map.of();
		}

		List<String> inOrder(List<Integer> numbers) {
			return numbers.stream().map(String::valueOf).toList();
		}

		@BulkMethod("names")
		public Map<Long, String> names(Iterable<Long> ids) {
			Map<Long, String> names = new HashMap<>();
			ids.forEach((id) -> names.put(id, "name " + id));
			return names;
		}

	}

	static class Greetings {

		final Batcher<Long, String> names;

		Greetings(Batcher<Long, String> namesBatcher) {
			this.names = namesBatcher;
		}

	}

	static class Tenant implements CallerContext {

		final ThreadLocal<String> now = ThreadLocal.withInitial(() -> "t1");

		final List<String> ran = new CopyOnWriteArrayList<>();

		@Override
		public Object current() {
			return this.now.get();
		}

		@Override
		public <R> R callAs(Object context, Callable<R> body) throws Exception {
			this.ran.add((String) context);
			return body.call();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBatcher {

		@Bean
		Batcher<String, String> own(BatcherConfigurer configurer) {
			return configurer.configure("own", Batcher.<String, String>keyed("own", (keys) -> Map.of())).build();
		}

	}

	static class NoPartner {

		@Batched(name = "x", bulk = "findAll")
		public String find(Long id) {
			return "";
		}

	}

	static class OtherTypes {

		@Batched(name = "x", bulk = "findAll")
		public String find(Long id) {
			return "";
		}

		public Map<Long, Integer> findAll(List<Long> ids) {
			return Map.of();
		}

	}

	static class TwoParameters {

		@Batched(name = "x", bulk = "findAll")
		public String find(Long id, String tenant) {
			return "";
		}

	}

	static class Primitive {

		@Batched(name = "x", bulk = "findAll")
		public int find(Long id) {
			return 0;
		}

	}

	static class SetByPosition {

		@BulkMethod("x")
		public List<String> findAll(Set<Long> ids) {
			return List.of();
		}

	}

	static class FinalMethod {

		@Batched(name = "x", bulk = "findAll")
		public final String find(Long id) {
			return "";
		}

	}

	static class Wild {

		@BulkMethod("x")
		public Map<?, ?> findAll(List<?> ids) {
			return Map.of();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototype {

		@Bean
		@Scope("prototype")
		NoPartner each() {
			return new NoPartner();
		}

	}

}
