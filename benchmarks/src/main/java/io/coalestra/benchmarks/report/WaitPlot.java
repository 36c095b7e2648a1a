package io.coalestra.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Draws what callers waited against their rate of arrival, both on logarithmic axes, as
 * an SVG picture.
 */
final class WaitPlot {

	private static final int WIDTH = 820;

	private static final int HEIGHT = 420;

	private static final int LEFT = 70;

	private static final int RIGHT = 250;

	private static final int TOP = 20;

	private static final int BOTTOM = 50;

	// Waits below this are drawn on the axis: a timer is no better.
	private static final double LEAST_MICROS = 10;

	private static final String[] COLOURS = { "#0b6e4f", "#b4540a", "#5b5b5b", "#5a3fa0" };

	private final List<Measurement> measurements;

	private final List<String> sides;

	private final double leastRate;

	private final double mostRate;

	private final double mostMicros;

	WaitPlot(List<Measurement> all) {
		this.measurements = all.stream().filter((measurement) -> measurement.waits() != null).toList();
		this.sides = this.measurements.stream().map(Measurement::side).distinct().toList();
		this.leastRate = this.measurements.stream().mapToDouble((one) -> waits(one).rate()).min().orElse(1);
		this.mostRate = this.measurements.stream().mapToDouble((one) -> waits(one).rate()).max().orElse(10);
		double most = this.measurements.stream().mapToDouble((one) -> waits(one).p99Micros()).max().orElse(100);
		this.mostMicros = Math.pow(10, Math.ceil(Math.log10(Math.max(100, most))));
	}

	private static Waits waits(Measurement measurement) {
		return Objects.requireNonNull(measurement.waits());
	}

	boolean isEmpty() {
		return this.measurements.isEmpty();
	}

	String svg() {
		StringBuilder svg = new StringBuilder();
		line(svg,
				String.format(Locale.ROOT,
						"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
								+ " font-size=\"12\">",
						WIDTH, HEIGHT));
		line(svg, String.format(Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT));
		axes(svg);
		for (int i = 0; i < this.sides.size(); i++) {
			String colour = COLOURS[i % COLOURS.length];
			String side = this.sides.get(i);
			curve(svg, side, colour, "", true);
			curve(svg, side, colour, " stroke-dasharray=\"5 4\"", false);
			int y = TOP + 20 + 44 * i;
			legend(svg, y, colour, "", side + ", median");
			legend(svg, y + 18, colour, " stroke-dasharray=\"5 4\"", side + ", 99 of 100");
		}
		return svg.append("</svg>\n").toString();
	}

	private void axes(StringBuilder svg) {
		for (double micros = LEAST_MICROS; micros <= this.mostMicros * 1.001; micros *= 10) {
			double y = y(micros);
			line(svg, String.format(Locale.ROOT, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
					LEFT, WIDTH - RIGHT, y, y));
			line(svg, String.format(Locale.ROOT, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 8,
					y + 4, time(micros)));
		}
		for (double rate : this.measurements.stream().mapToDouble((one) -> waits(one).rate()).distinct().toArray()) {
			line(svg, String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>",
					x(rate), HEIGHT - BOTTOM + 18, rate));
		}
		line(svg, String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">arrivals a second</text>",
				(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12));
		line(svg,
				String.format(Locale.ROOT,
						"<text x=\"14\" y=\"%d\" text-anchor=\"middle\" transform=\"rotate(-90 14 %d)\">"
								+ "wait beyond the source's time</text>",
						(TOP + HEIGHT - BOTTOM) / 2, (TOP + HEIGHT - BOTTOM) / 2));
	}

	private void curve(StringBuilder svg, String side, String colour, String dashes, boolean median) {
		StringBuilder points = new StringBuilder();
		for (Measurement measurement : this.measurements) {
			if (measurement.side().equals(side)) {
				Waits waits = waits(measurement);
				double micros = median ? waits.p50Micros() : waits.p99Micros();
				points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(waits.rate()), y(micros)));
			}
		}
		line(svg,
				String.format(Locale.ROOT, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
						points.toString().strip(), colour, dashes));
	}

	private static void legend(StringBuilder svg, int y, String colour, String dashes, String text) {
		int x = WIDTH - RIGHT + 16;
		line(svg,
				String.format(Locale.ROOT,
						"<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"%s/>", x, x + 28,
						y, y, colour, dashes));
		line(svg, String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">%s</text>", x + 36, y + 4, text));
	}

	private double x(double rate) {
		double share = (Math.log(rate) - Math.log(this.leastRate))
				/ (Math.log(this.mostRate) - Math.log(this.leastRate));
		return LEFT + share * (WIDTH - LEFT - RIGHT);
	}

	private double y(double micros) {
		double share = (Math.log(Math.max(LEAST_MICROS, micros)) - Math.log(LEAST_MICROS))
				/ (Math.log(this.mostMicros) - Math.log(LEAST_MICROS));
		return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
	}

	private static String time(double micros) {
		return (micros >= 1_000) ? String.format(Locale.ROOT, "%.0f ms", micros / 1_000)
				: String.format(Locale.ROOT, "%.0f µs", micros);
	}

	private static void line(StringBuilder svg, String line) {
		svg.append(line).append('\n');
	}

}
