package io.coalestra.spring.boot.examples;

import io.coalestra.Capabilities;
import io.coalestra.json.SnapshotJson;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import tools.jackson.databind.json.JsonMapper;

/**
 * The code of the page on JSON, as it stands there.
 */
class JsonExamples {

	static final ResourceType<Price> PRICE = ResourceType.of("market", "price", Price.class);

	Price replay(Snapshot snapshot, JsonMapper mapper) {
		SnapshotJson json = SnapshotJson.of(mapper, PRICE);

		String record = json.write(snapshot);

		Snapshot replayed = json.read(record);
		Price price = replayed.get(PRICE.key("BTC"));
		return price;
	}

	void start() {
		Capabilities.current().require("change_subscriptions", "snapshot_json");
	}

	record Price(String symbol, long amount) {
	}

}
