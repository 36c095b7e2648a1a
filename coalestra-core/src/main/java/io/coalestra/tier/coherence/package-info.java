/**
 * What those need who keep copies of a shared tier's entries: a gate that bounds what the
 * tier may cost, and notices between nodes, by which each learns that a copy is outdated,
 * or that it may have missed that one is.
 *
 * <p>
 * One {@link io.coalestra.tier.coherence.TierGate} stands before a tier, for all who use
 * it in a process; one {@link io.coalestra.tier.coherence.NoticeChannel} serves each kind
 * of copies, under a topic of its own. Whoever keeps copies does four things:
 *
 * <ul>
 * <li>after the tier has taken a change, it
 * {@linkplain io.coalestra.tier.coherence.NoticeChannel#tell tells} the key and the
 * version that the tier answered; a fill is not told;
 * <li>when a change is told by another node, it drops its copy if that is older, and
 * keeps reads of the key that are in progress from storing what they bring;
 * <li>when there is {@linkplain io.coalestra.tier.coherence.Doubt doubt}, it compares
 * each copy with the tier before it uses it again, reads in progress included;
 * <li>while {@linkplain io.coalestra.tier.coherence.TierGate#isAway() the tier is away},
 * it uses its copies within their own freshness, and says since when it does.
 * </ul>
 */
@NullMarked
package io.coalestra.tier.coherence;

import org.jspecify.annotations.NullMarked;
