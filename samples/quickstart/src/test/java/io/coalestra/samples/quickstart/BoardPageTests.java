package io.coalestra.samples.quickstart;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page in a real browser, Chromium. Leaves a picture of each state in
 * {@code target/pictures}.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class BoardPageTests {

	private static final File BROWSER = new File("/usr/bin/chromium");

	private static final File DRIVER = new File("/usr/bin/chromedriver");

	private static final Dimension WIDE = new Dimension(1280, 1350);

	private static final Dimension NARROW = new Dimension(500, 1350);

	private static final By UPTIME = figure("app:metric:process.uptime");

	private static ChromeDriver browser;

	private static WebDriverWait patience;

	@BeforeAll
	static void startBrowser() {
		assertThat(BROWSER).as("Chromium, which scripts/test installs").isExecutable();
		assertThat(DRIVER).as("Chromium's driver, which scripts/test installs").isExecutable();
		ChromeOptions options = new ChromeOptions();
		options.setBinary(BROWSER);
		options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars");
		browser = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).usingAnyFreePort().build(), options);
		patience = new WebDriverWait(browser, Duration.ofSeconds(30));
	}

	@AfterAll
	static void quitBrowser() {
		if (browser != null) {
			browser.quit();
		}
	}

	@BeforeEach
	void openThePage(@LocalServerPort int port) {
		browser.manage().window().setSize(WIDE);
		browser.get("http://localhost:" + port + "/");
	}

	@Test
	void figuresAppearAndChangeByThemselves() throws IOException {
		patience.until(ExpectedConditions.textToBePresentInElementLocated(origin("host:memory"), "proc-memory"));
		patience.until(ExpectedConditions.textToBePresentInElementLocated(origin("host:headroom"), "headroom"));
		patience.until(ExpectedConditions.numberOfElementsToBeMoreThan(By.cssSelector("#processes tr"), 2));
		patience.until(ExpectedConditions.numberOfElementsToBe(By.cssSelector("#objectives li.met, li.missed"), 5));
		for (int change = 0; change < 3; change++) {
			String before = patience.until(ExpectedConditions.visibilityOfElementLocated(UPTIME)).getText();
			patience.until((page) -> !page.findElement(UPTIME).getText().equals(before));
		}
		assertThat(browser.findElement(By.id("connection")).getText()).isEqualTo("live");
		takePicture("board.png");
		assertThat(complaints()).isEmpty();
	}

	@Test
	void aFaultNamesTheFallbackAndItsEndTheFirstSourceAgain() throws IOException {
		patience.until(ExpectedConditions.textToBePresentInElementLocated(origin("host:memory"), "proc-memory"));
		turnProc("ERROR");
		patience.until(ExpectedConditions.textToBePresentInElementLocated(origin("host:memory"), "platform-memory"));
		patience.until(
				ExpectedConditions.textToBePresentInElementLocated(origin("host:memory"), "in place of proc-memory"));
		patience
			.until(ExpectedConditions.textToBePresentInElementLocated(By.id("failing"), "/proc is switched to fail"));
		takePicture("board-with-fault.png");
		turnProc("OFF");
		patience.until(ExpectedConditions.textToBePresentInElementLocated(origin("host:memory"), "proc-memory"));
		patience.until((page) -> page.findElement(By.id("failing")).getText().isEmpty());
	}

	@Test
	void thePageFitsANarrowScreen() throws IOException {
		browser.manage().window().setSize(NARROW);
		patience.until(ExpectedConditions.textToBePresentInElementLocated(origin("host:memory"), "proc-memory"));
		assertThat(browser.executeScript("return document.documentElement.scrollWidth <= window.innerWidth"))
			.isEqualTo(true);
		takePicture("board-narrow.png");
	}

	private void turnProc(String mode) {
		WebElement position = patience.until(ExpectedConditions
			.presenceOfElementLocated(By.cssSelector("[data-key='PROC'] input[value='" + mode + "']")));
		position.click();
	}

	private List<String> complaints() {
		return browser.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage).toList();
	}

	private void takePicture(String name) throws IOException {
		Path pictures = Files.createDirectories(Path.of("target/pictures"));
		Files.write(pictures.resolve(name), browser.getScreenshotAs(OutputType.BYTES));
	}

	private static By figure(String key) {
		return By.cssSelector("[data-key='" + key + "'] .figure");
	}

	private static By origin(String key) {
		return By.cssSelector("[data-key='" + key + "'] .origin");
	}

}
