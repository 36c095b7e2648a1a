package io.coalestra.samples.kotlin

import io.coalestra.key.ResourceType
import io.coalestra.snapshot.SnapshotBuildException
import io.coalestra.snapshot.SnapshotBuilder
import io.coalestra.snapshot.SnapshotRequest
import io.coalestra.snapshot.SnapshotResult
import io.coalestra.source.Payload
import io.coalestra.source.Source
import io.coalestra.spring.boot.source.ResourceSource
import io.coalestra.spring.boot.source.Subject
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Test
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import java.math.BigDecimal
import java.time.Duration

@JvmRecord
data class Price(val symbol: String, val amount: BigDecimal)

@JvmRecord
data class Account(val owner: String, val note: String?)

val PRICE: ResourceType<Price> = ResourceType.of("market", "price", Price::class.java)

val ACCOUNT: ResourceType<Account> = ResourceType.of("ledger", "account", Account::class.java)

@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Application {

	@Bean
	fun prices(): Source = Source.batch("exchange", PRICE) { keys ->
		keys.associateWith { Price(it.subject(), BigDecimal.TEN) }
	}.nonBlocking().build()

	@Bean
	fun accounts() = Accounts()

}

class Accounts {

	@ResourceSource(name = "ledger", type = "ledger:account", transportTimeout = "1s", timeout = "2s")
	fun account(@Subject owner: String): Payload<Account> =
		if (owner == "nobody") Payload.absent() else Payload.of(Account(owner, note = null))

}

class KotlinApplicationTests {

	@Test
	fun `a snapshot gives typed values`() {
		val btc = PRICE.key("BTC")
		val account = ACCOUNT.key("a-1")
		val snapshot = builder.build(btc, account)
		val price: Price = snapshot[btc]
		assertThat(price.amount).isEqualTo(BigDecimal.TEN)
		assertThat(snapshot[account].note).isNull()
	}

	@Test
	fun `a request is made by chaining`() {
		val request = SnapshotRequest.require(PRICE.key("BTC"))
			.optional(ACCOUNT.key("nobody"))
			.maxSkew(Duration.ofSeconds(2))
			.deadline(Duration.ofSeconds(3))
		val owner: String? = builder.build(request).find(ACCOUNT.key("nobody")).map { it.owner }.orElse(null)
		assertThat(owner).isNull()
	}

	@Test
	fun `a result is told apart by when`() {
		val text = when (val result = builder.tryBuild(SnapshotRequest.require(ACCOUNT.key("nobody")))) {
			is SnapshotResult.Accepted -> "accepted"
			is SnapshotResult.Degraded -> "degraded"
			is SnapshotResult.Rejected -> "rejected ${result.request().keys().size}"
		}
		assertThat(text).isEqualTo("rejected 1")
		assertThatExceptionOfType(SnapshotBuildException::class.java)
			.isThrownBy { builder.build(ACCOUNT.key("nobody")) }
	}

	@Test
	fun `a session is used and closed`() {
		builder.openSession().use { session ->
			val btc = PRICE.key("BTC")
			val first = session.resolve(btc)[btc]
			assertThat(session.resolve(btc)[btc]).isSameAs(first)
		}
	}

	companion object {

		private val context = SpringApplicationBuilder(Application::class.java).run()

		private val builder: SnapshotBuilder = context.getBean(SnapshotBuilder::class.java)

		@AfterAll
		@JvmStatic
		fun close() = context.close()

	}

}
