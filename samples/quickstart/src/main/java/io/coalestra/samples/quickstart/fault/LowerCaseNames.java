package io.coalestra.samples.quickstart.fault;

import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.Configuration;
import org.springframework.format.FormatterRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Lets URLs name backends and modes in lower case, as configuration files may.
 */
@Configuration(proxyBeanMethods = false)
class LowerCaseNames implements WebMvcConfigurer {

	@Override
	public void addFormatters(FormatterRegistry registry) {
		ApplicationConversionService.configure(registry);
	}

}
