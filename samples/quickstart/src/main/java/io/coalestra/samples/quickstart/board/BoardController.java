package io.coalestra.samples.quickstart.board;

import java.time.Duration;
import java.util.stream.Collectors;

import io.coalestra.samples.quickstart.fault.Faults;
import io.coalestra.snapshot.Explanation;
import io.coalestra.snapshot.Snapshot;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The board as JSON; the page at {@code /} asks for it each second.
 */
@RestController
class BoardController {

	private static final Duration LATELY = Duration.ofSeconds(10);

	private final Board board;

	private final Fallbacks fallbacks;

	private final FailingSources failing;

	private final Faults faults;

	BoardController(Board board, Fallbacks fallbacks, FailingSources failing, Faults faults) {
		this.board = board;
		this.fallbacks = fallbacks;
		this.failing = failing;
		this.faults = faults;
	}

	/**
	 * Answers with the board.
	 * @param processes how many processes to show, the busiest first; all were asked for
	 * @return the board
	 */
	@GetMapping("/board")
	BoardView board(@RequestParam(defaultValue = "8") int processes) {
		Snapshot snapshot = this.board.take();
		return new BoardViewer(this.fallbacks, Math.max(0, processes)).view(snapshot,
				this.failing.since(snapshot.createdAt().minus(LATELY)), this.faults.modes());
	}

	/**
	 * Answers with how each value came about: which sources were asked, what they said,
	 * and after how long.
	 * @param of what the keys begin with
	 * @return the explanations, as text
	 */
	@GetMapping(path = "/board/explanation", produces = MediaType.TEXT_PLAIN_VALUE)
	String explanation(@RequestParam(defaultValue = "") String of) {
		return this.board.take()
			.explain()
			.stream()
			.filter((explanation) -> explanation.key().toString().startsWith(of))
			.map(Explanation::toString)
			.collect(Collectors.joining("\n", "", "\n"));
	}

}
