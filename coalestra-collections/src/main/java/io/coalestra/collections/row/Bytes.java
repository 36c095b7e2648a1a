package io.coalestra.collections.row;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Bytes that do not change: the value of a column of bytes. Immutable and safe for
 * concurrent use.
 */
public final class Bytes {

	private final byte[] bytes;

	private Bytes(byte[] bytes) {
		this.bytes = bytes;
	}

	/**
	 * Makes bytes.
	 * @param bytes the bytes, copied
	 * @return the value
	 */
	public static Bytes of(byte... bytes) {
		return new Bytes(Objects.requireNonNull(bytes, "bytes").clone());
	}

	/**
	 * Reads bytes from hexadecimal digits.
	 * @param hex the digits
	 * @return the value
	 * @throws IllegalArgumentException if the text is not made of pairs of digits
	 */
	public static Bytes parse(String hex) {
		return new Bytes(HexFormat.of().parseHex(hex));
	}

	/**
	 * Returns the bytes.
	 * @return a new array
	 */
	public byte[] toArray() {
		return this.bytes.clone();
	}

	/**
	 * Returns how many bytes there are.
	 * @return the length
	 */
	public int length() {
		return this.bytes.length;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Bytes that && Arrays.equals(this.bytes, that.bytes);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.bytes);
	}

	/**
	 * Returns the bytes as hexadecimal digits, in lower case.
	 */
	@Override
	public String toString() {
		return HexFormat.of().formatHex(this.bytes);
	}

}
