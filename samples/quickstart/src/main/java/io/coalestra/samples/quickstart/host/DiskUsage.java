package io.coalestra.samples.quickstart.host;

/**
 * How busy one disk is, since it was read before.
 *
 * @param name its name
 * @param readBytesPerSecond how much is read
 * @param writtenBytesPerSecond how much is written
 * @param busy the part of the time in which it had something to do, from 0 to 1
 */
public record DiskUsage(String name, double readBytesPerSecond, double writtenBytesPerSecond, double busy) {
}
