package io.coalestra.spring.boot.web;

/**
 * Whether answers tell keys.
 */
public enum KeyDisplay {

	/** They tell types and reasons only. */
	HIDDEN,

	/** They tell keys, which name subjects and qualifiers. */
	SHOWN

}
