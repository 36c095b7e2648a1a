package io.coalestra.samples.quickstart.host;

/**
 * How busy the processors are.
 *
 * @param count how many there are
 * @param busy the busy part of their time, from 0 to 1, since it was read before
 */
public record Cpu(int count, double busy) {
}
