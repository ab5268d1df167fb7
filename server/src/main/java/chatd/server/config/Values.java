package chatd.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How the values of settings are written. Each class reads one kind; what it refuses it answers
/// with the rest of a sentence that begins with the name of the setting.
final class Values {

  private Values() {}

  static final class Time implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    @Override
    public Duration convert(String text) {
      var form = FORM.matcher(text);
      if (!form.matches() || Long.parseLong(form.group(1)) == 0) {
        throw new TypeConversionException("must be a duration such as 500ms, 10s, 5m or 1h");
      }
      var amount = Long.parseLong(form.group(1));
      return switch (form.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        default -> Duration.ofHours(amount);
      };
    }
  }

  static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, 0, 65_535);
    }
  }

  static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, 1, 1_000_000);
    }
  }

  static final class Hidden implements ITypeConverter<Secret> {
    @Override
    public Secret convert(String text) {
      if (text.isBlank()) {
        throw new TypeConversionException("must not be empty");
      }
      return new Secret(text.strip());
    }
  }

  static final class Permission implements ITypeConverter<YesNo> {
    @Override
    public YesNo convert(String text) {
      return oneOf(YesNo.values(), text);
    }
  }

  static final class HttpUrl implements ITypeConverter<URI> {
    @Override
    public URI convert(String text) {
      var url = http(text);
      if (url == null || url.getQuery() != null || url.getFragment() != null) {
        throw new TypeConversionException("must be an address such as https://chat.example.org");
      }
      return url;
    }
  }

  /// An origin as browsers write it, for it is compared letter by letter.
  static final class Origin implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      var url = http(text.strip());
      if (url == null
          || url.getUserInfo() != null
          || !url.toString().equals(url.getScheme() + "://" + url.getAuthority())) {
        throw new TypeConversionException(
            "must hold origins such as https://chat.example.org, without a path");
      }
      return url.toString();
    }
  }

  static final class Format implements ITypeConverter<LogFormat> {
    @Override
    public LogFormat convert(String text) {
      return oneOf(LogFormat.values(), text);
    }
  }

  static final class Level implements ITypeConverter<LogLevel> {
    @Override
    public LogLevel convert(String text) {
      return oneOf(LogLevel.values(), text);
    }
  }

  private static int number(String text, int min, int max) {
    if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
      throw new TypeConversionException("must be a whole number from " + min + " to " + max);
    }
    return Integer.parseInt(text);
  }

  private static @Nullable URI http(String text) {
    try {
      var url = new URI(text);
      var speaksHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      return speaksHttp && url.getHost() != null ? url : null;
    } catch (URISyntaxException _) {
      return null;
    }
  }

  private static <E extends Enum<E>> E oneOf(E[] all, String text) {
    return Arrays.stream(all)
        .filter(it -> name(it).equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                Arrays.stream(all)
                    .map(Values::name)
                    .collect(Collectors.joining(", ", "must be one of ", ""))));
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
