package io.coalestra.spring.boot.autoconfigure.collections.shop;

import io.coalestra.collections.access.RowCollection;
import io.coalestra.spring.boot.collections.RowRepository;

/**
 * Not public, as most interfaces of applications are.
 */
@RowRepository
interface Wallets extends RowCollection<Long, Wallet> {

	default int reward(long id, int points) {
		if (points <= 0) {
			throw new IllegalArgumentException("points: " + points);
		}
		return update(id, (wallet) -> wallet.plus(points)).value().points();
	}

}
