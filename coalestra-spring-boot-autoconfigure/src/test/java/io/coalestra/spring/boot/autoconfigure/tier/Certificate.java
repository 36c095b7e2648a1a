package io.coalestra.spring.boot.autoconfigure.tier;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A certificate of the loopback address, which vouches for itself, with its key: made by
 * the JDK's keytool, in the form that servers read.
 *
 * @param certificate the certificate's file
 * @param key the key's file
 */
record Certificate(Path certificate, Path key) {

	// Two of one name would be taken for one whose signature is wrong.
	private static final AtomicInteger COUNT = new AtomicInteger();

	private static final char[] PASSWORD = "changeit".toCharArray();

	static Certificate create() throws Exception {
		Path directory = TierServers.directory("coalestra-certificate-");
		Path store = directory.resolve("store.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "server", "-keyalg", "RSA", "-keysize", "2048", "-validity", "2", "-dname",
				"CN=server-" + COUNT.incrementAndGet(), "-ext", "san=ip:127.0.0.1,dns:localhost", "-ext", "bc=ca:true",
				"-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", new String(PASSWORD))
			.redirectErrorStream(true)
			.start();
		String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(keytool.waitFor()).as(said).isZero();
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(store)) {
			keys.load(in, PASSWORD);
		}
		return new Certificate(
				pem(directory.resolve("server.crt"), "CERTIFICATE", keys.getCertificate("server").getEncoded()),
				pem(directory.resolve("server.key"), "PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded()));
	}

	private static Path pem(Path file, String what, byte[] bytes) throws IOException {
		String text = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(bytes);
		return Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
	}

	/**
	 * Puts another in its place, in the same files.
	 */
	void replaceBy(Certificate other) throws IOException {
		Files.copy(other.certificate, this.certificate, StandardCopyOption.REPLACE_EXISTING);
		Files.copy(other.key, this.key, StandardCopyOption.REPLACE_EXISTING);
	}

	/**
	 * Returns the property of a bundle that trusts this certificate, as it is now.
	 */
	String trustedBy(String bundle) throws IOException {
		return "spring.ssl.bundle.pem." + bundle + ".truststore.certificate=" + Files.readString(this.certificate);
	}

}
