package io.coalestra.test.boot;

import org.springframework.stereotype.Service;

/**
 * A component that is none of the slice's business.
 */
@Service
class Unrelated {

}
