package io.coalestra.test.boot;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/**
 * Bootstraps the context of {@link CoalestraTest}.
 */
class CoalestraTestContextBootstrapper extends TestSliceTestContextBootstrapper<CoalestraTest> {

}
