package io.coalestra.samples.quickstart.objective;

/**
 * What is to be achieved: a row of the table.
 *
 * @param indicator the id of what is measured, see {@link Indicator}
 * @param title what it is about, for people
 * @param comparison on which side of the target the measured value has to be
 * @param target the target
 */
public record Objective(String indicator, String title, Comparison comparison, double target) {
}
