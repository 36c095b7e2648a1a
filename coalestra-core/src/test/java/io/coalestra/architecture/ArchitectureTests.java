package io.coalestra.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The directions inside the module. Those between modules are held by Maven: none depends
 * on one that depends on it.
 */
class ArchitectureTests {

	private static final String INTERNAL = "io.coalestra.internal..";

	private static final JavaClasses classes = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.coalestra");

	@Test
	void packagesAreFreeOfCycles() {
		// From "io" on, so that each package is a slice, io.coalestra itself among them.
		slices().matching("io.(**)").should().beFreeOfCycles().check(classes);
	}

	@Test
	void coreKnowsNoFrameworkAndNoTransport() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "jakarta..", "java.net.http..", "java.sql..", "javax.sql..",
					"io.lettuce..", "io.nats..")
			.check(classes);
	}

	@Test
	void exportedSignaturesNameNoInternalType() {
		noCodeUnits().that()
			.arePublic()
			.or()
			.areProtected()
			.and()
			.areDeclaredInClassesThat(modifier(PUBLIC).<JavaClass>forSubtype().and(resideOutsideOfPackage(INTERNAL)))
			.should()
			.haveRawReturnType(resideInAPackage(INTERNAL))
			.orShould()
			.haveRawParameterTypes(anyElementThat(resideInAPackage(INTERNAL)))
			.check(classes);
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
