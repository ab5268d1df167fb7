package chatd.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A configuration file: a properties file in UTF-8 whose keys are names of options without dashes.
///
/// @param place where it is, for people
/// @param values by the name of the option, with its dashes
record SettingsFile(String place, Map<String, String> values) {

  static SettingsFile none() {
    return new SettingsFile("", Map.of());
  }

  /// Reads a file that must be there.
  ///
  /// @throws BadSettings if it cannot be read or understood
  static SettingsFile read(Path path) {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(path)) {
      properties.load(reader);
    } catch (CharacterCodingException | IllegalArgumentException _) {
      throw new BadSettings(path + " is not a properties file in UTF-8.");
    } catch (NoSuchFileException _) {
      throw new BadSettings("There is no configuration file " + path + ".");
    } catch (AccessDeniedException _) {
      throw new BadSettings("The configuration file " + path + " may not be read by this user.");
    } catch (IOException e) {
      throw new BadSettings(
          "The configuration file " + path + " cannot be read: " + e.getMessage() + ".");
    }
    var values = new TreeMap<String, String>();
    properties.forEach((key, value) -> values.put("--" + key, value.toString().strip()));
    return new SettingsFile(path.toString(), values);
  }

  @Nullable String value(String option) {
    var value = values.get(option);
    return value == null || value.isEmpty() ? null : value;
  }

  String nameOf(String option) {
    return option.substring(2) + " in " + place;
  }

  /// This file, if it does not say the setting by which it was found.
  SettingsFile without(String option) {
    if (values.containsKey(option)) {
      throw new BadSettings(
          nameOf(option) + " has no effect, because the file was found in the data folder itself.");
    }
    return this;
  }

  /// @throws BadSettings if there is a key that no option has, which is most likely a misspelling
  void check(Set<String> options) {
    var unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(options);
    if (!unknown.isEmpty()) {
      throw new BadSettings(nameOf(unknown.first()) + " is no setting of chatd.");
    }
    if (values.containsKey(PlaceOptions.CONFIG)) {
      throw new BadSettings(nameOf(PlaceOptions.CONFIG) + " would name a second file.");
    }
  }
}
