package io.coalestra.samples.quickstart.fault;

import java.util.Map;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The switches over HTTP, such as {@code POST /faults/proc?mode=error}.
 */
@RestController
@RequestMapping("/faults")
class FaultController {

	private final Faults faults;

	FaultController(Faults faults) {
		this.faults = faults;
	}

	@GetMapping
	Map<Backend, FaultMode> modes() {
		return this.faults.modes();
	}

	@PostMapping("/{backend}")
	Map<Backend, FaultMode> turn(@PathVariable Backend backend, @RequestParam FaultMode mode) {
		this.faults.turn(backend, mode);
		return this.faults.modes();
	}

}
