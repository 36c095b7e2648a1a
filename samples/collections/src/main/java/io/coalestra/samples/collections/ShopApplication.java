package io.coalestra.samples.collections;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The shop.
 */
@SpringBootApplication
public class ShopApplication {

	/**
	 * Starts it.
	 * @param arguments of Spring Boot
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(ShopApplication.class, arguments);
	}

}
