package io.coalestra.spring.boot.autoconfigure.batch;

import java.lang.reflect.Method;

import org.springframework.core.ResolvableType;

/**
 * A batcher that a bean declares by annotation, checked.
 *
 * @param name the batcher's name
 * @param beanName the bean that has the bulk method
 * @param bulk the bulk method
 * @param form how the bulk method answers
 * @param keys how it takes its keys
 * @param keyType the keys' type
 * @param valueType the values' type
 */
record BatchDeclaration(String name, String beanName, Method bulk, BulkForm form, KeyForm keys, ResolvableType keyType,
		ResolvableType valueType) {

	/**
	 * Returns what the batcher's bean is called.
	 * @return the bean's name
	 */
	String batcherBeanName() {
		return batcherBeanName(this.name);
	}

	static String batcherBeanName(String name) {
		return name + "Batcher";
	}

	/**
	 * How a bulk method answers.
	 */
	enum BulkForm {

		/** By a map of values. */
		KEYED,

		/** By a map of outcomes. */
		OUTCOMES,

		/** By a list, in the keys' order. */
		POSITIONAL

	}

	/**
	 * How a bulk method takes its keys.
	 */
	enum KeyForm {

		/** As the list that they are. */
		LIST,

		/** As a set. */
		SET

	}

}
