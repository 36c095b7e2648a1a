package io.coalestra.test.boot;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application of which slices are tested.
 */
@SpringBootApplication
class SliceApplication {

}
