package io.coalestra.collections.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The directions inside the module. Those between modules are held by Maven: none depends
 * on one that depends on it.
 */
class ArchitectureTests {

	private static final JavaClasses classes = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.coalestra.collections");

	@Test
	void packagesAreFreeOfCycles() {
		// From "io.coalestra" on, so that each package is a slice, the module's own first
		// one among them.
		slices().matching("io.coalestra.(**)").should().beFreeOfCycles().check(classes);
	}

	@Test
	void onlyTheJdbcStoreKnowsSql() {
		noClasses().that()
			.resideOutsideOfPackage("io.coalestra.collections.jdbc")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
			.check(classes);
	}

	@Test
	void collectionsKnowNoFrameworkAndNoTransport() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "jakarta..", "java.net.http..", "io.lettuce..", "io.nats..")
			.check(classes);
	}

	@Test
	void theCoreIsUsedByItsPublicPackages() {
		noClasses().should().dependOnClassesThat().resideInAPackage("io.coalestra.internal..").check(classes);
	}

	@Test
	void classesAreNamedForWhatTheyAre() {
		noClasses().should().haveNameMatching(".*(Utils?|Helpers?|Managers?)").check(classes);
	}

	@Test
	void packagesAreNamedForWhatTheyHold() {
		noClasses().should()
			.resideInAnyPackage("io.coalestra..common..", "io.coalestra..helper..", "io.coalestra..helpers..",
					"io.coalestra..manager..", "io.coalestra..util..", "io.coalestra..utils..")
			.check(classes);
	}

}
