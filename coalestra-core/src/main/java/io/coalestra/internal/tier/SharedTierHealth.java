package io.coalestra.internal.tier;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.health.ComponentHealth;
import io.coalestra.health.Finding;
import io.coalestra.health.HealthComponent;
import io.coalestra.health.Severity;
import io.coalestra.tier.TierHealth;
import io.coalestra.tier.coherence.CoherenceState;
import io.coalestra.tier.coherence.NoticeChannel;
import io.coalestra.tier.coherence.TierGate;
import org.jspecify.annotations.Nullable;

/**
 * The tier's part of the builder's health.
 */
public final class SharedTierHealth implements HealthComponent {

	private final TierGate gate;

	private final NoticeChannel notices;

	private final SharedWrites writes;

	private final SharedFills fills;

	private final @Nullable LeasedReads leases;

	private final SharedValues values;

	SharedTierHealth(TierGate gate, NoticeChannel notices, SharedWrites writes, SharedFills fills,
			@Nullable LeasedReads leases, SharedValues values) {
		this.gate = gate;
		this.notices = notices;
		this.writes = writes;
		this.fills = fills;
		this.leases = leases;
		this.values = values;
	}

	@Override
	public String healthName() {
		return "shared-tier." + this.gate.tier().name();
	}

	@Override
	public ComponentHealth componentHealth() {
		TierGate.State state = this.gate.state();
		CoherenceState coherence = this.notices.state();
		WriteCounts counts = this.writes.counts();
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		fields.put("tier", state.tier().tier());
		fields.put("connection", state.tier().connection());
		fields.put("connection_since", state.tier().since());
		fields.put("circuit", state.circuit());
		fields.put("reason", (state.tier().reason() != null) ? state.tier().reason() : state.reason());
		fields.put("silent_since", state.silentSince());
		fields.put("coherence_unknown_since", coherence.unknownSince());
		fields.put("other_nodes", coherence.others());
		fields.put("requests_answered", state.counts().given());
		fields.put("requests_spared", state.counts().spared());
		fields.put("fills", this.fills.filled());
		fields.put("writes", counts.written());
		fields.put("writes_refused", counts.refused());
		fields.put("writes_pending", counts.pending());
		if (this.leases != null) {
			LeasedReads.Counts leased = this.leases.counts();
			fields.put("leases_granted", leased.granted());
			fields.put("leases_waited", leased.waited());
			fields.put("leases_overdue", leased.overdue());
		}
		fields.put("notices_told", coherence.counts().told());
		fields.put("notices_coalesced", coherence.counts().coalesced());
		fields.put("notices_heard", coherence.counts().heard());
		fields.put("notices_untold", coherence.untold());
		fields.put("subscriptions", coherence.counts().subscriptions());
		return new ComponentHealth("coalestra.shared-tier-health", 1, fields, faults(state, coherence, counts),
				findings(state, coherence, counts));
	}

	private Map<String, Long> faults(TierGate.State state, CoherenceState coherence, WriteCounts counts) {
		Map<String, Long> faults = new LinkedHashMap<>();
		faults.put("requests_late", state.counts().late());
		faults.put("requests_failed", state.counts().failed());
		faults.put("writes_failed", counts.failed());
		faults.put("write_overflows", counts.overflows());
		faults.put("values_unwritable", this.values.unwritable());
		faults.put("values_unreadable", this.values.unreadable());
		faults.put("notices_failed", coherence.counts().failed());
		faults.put("notices_dropped", coherence.counts().dropped());
		faults.put("notices_unreadable", coherence.counts().unreadable());
		faults.put("gaps", coherence.counts().gaps());
		faults.put("silences", coherence.counts().silences());
		return faults;
	}

	private List<Finding> findings(TierGate.State state, CoherenceState coherence, WriteCounts counts) {
		List<Finding> findings = new ArrayList<>();
		TierHealth tier = state.tier();
		if (tier.connection() != TierHealth.Connection.CONNECTED) {
			findings.add(new Finding(Severity.DEGRADED, "shared_tier_disconnected", "", "connected", false, true,
					"the shared tier is not connected: "
							+ Objects.requireNonNullElse(tier.reason(), "no reason known")));
		}
		if (this.gate.isAway()) {
			findings.add(new Finding(Severity.DEGRADED, "shared_tier_away", "", "circuit_closed", false, true,
					"the shared tier is left alone: "
							+ Objects.requireNonNullElse(state.reason(), "it failed lately")));
		}
		Instant unknownSince = coherence.unknownSince();
		if (unknownSince != null) {
			findings.add(new Finding(Severity.DEGRADED, "coherence_unknown", "", "coherence_known", false, true,
					"changes of other nodes may have been missed since " + unknownSince));
		}
		if (counts.pending() > 0 && this.gate.isAway()) {
			findings.add(new Finding(Severity.DEGRADED, "shared_tier_writes_pending", "", "writes_pending",
					counts.pending(), 0, "writes wait for the shared tier"));
		}
		return findings;
	}

}
