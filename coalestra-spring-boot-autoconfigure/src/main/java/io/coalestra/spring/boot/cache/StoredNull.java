package io.coalestra.spring.boot.cache;

/**
 * Stands for a null that was put.
 */
enum StoredNull {

	INSTANCE

}
