/**
 * What users need to test what they build on Coalestra.
 */
module io.coalestra.test {

	requires transitive io.coalestra.core;
	requires transitive org.assertj.core;
	requires transitive org.jspecify;

	requires static io.coalestra.spring.boot.autoconfigure;
	requires static org.junit.jupiter.api;
	requires static spring.boot;
	requires static spring.boot.autoconfigure;
	requires static spring.boot.test;
	requires static spring.boot.test.autoconfigure;
	requires static spring.context;
	requires static spring.core;
	requires static spring.test;

	exports io.coalestra.test;
	exports io.coalestra.test.boot;

}
