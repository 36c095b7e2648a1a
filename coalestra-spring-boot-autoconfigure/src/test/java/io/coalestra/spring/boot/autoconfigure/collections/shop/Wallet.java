package io.coalestra.spring.boot.autoconfigure.collections.shop;

import io.coalestra.collections.mapping.VersionColumn;

/**
 * A row of the shop.
 */
public record Wallet(long id, String owner, int points, @VersionColumn long version) {

	public Wallet plus(int more) {
		return new Wallet(this.id, this.owner, this.points + more, this.version);
	}

}
