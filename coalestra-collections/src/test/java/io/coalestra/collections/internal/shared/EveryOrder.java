package io.coalestra.collections.internal.shared;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Runs something that happens in several places in every order in which its steps can
 * come: each time from the beginning, with other choices.
 */
final class EveryOrder {

	private EveryOrder() {
	}

	/**
	 * Runs all orders.
	 * @param beginning makes what happens, anew each time
	 * @return how many orders there were
	 */
	static int of(Supplier<? extends Course> beginning) {
		Deque<Choice> choices = new ArrayDeque<>();
		int orders = 0;
		do {
			List<String> steps = new ArrayList<>();
			try {
				run(beginning.get(), choices, steps);
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("in the order " + steps, ex);
			}
			orders++;
			while (!choices.isEmpty() && choices.peekLast().isLast()) {
				choices.removeLast();
			}
			if (!choices.isEmpty()) {
				choices.addLast(choices.removeLast().next());
			}
		}
		while (!choices.isEmpty());
		return orders;
	}

	private static void run(Course course, Deque<Choice> choices, List<String> steps) {
		Queue<Choice> known = new ArrayDeque<>(choices);
		List<Step> possible = course.possible();
		while (!possible.isEmpty()) {
			Choice choice = known.poll();
			if (choice == null) {
				choice = new Choice(0, possible.size());
				choices.addLast(choice);
			}
			Step step = possible.get(choice.taken);
			steps.add(step.name());
			step.action().run();
			possible = course.possible();
		}
		course.end();
	}

	/**
	 * What happens.
	 */
	interface Course {

		/**
		 * Returns which steps can be the next: none at the end.
		 */
		List<Step> possible();

		/**
		 * Looks at what has come of it.
		 */
		void end();

	}

	/**
	 * A step.
	 *
	 * @param name what it is called
	 * @param action does it, and sees to it that it is possible no more
	 */
	record Step(String name, Runnable action) {
	}

	private record Choice(int taken, int of) {

		boolean isLast() {
			return this.taken == this.of - 1;
		}

		Choice next() {
			return new Choice(this.taken + 1, this.of);
		}

	}

}
