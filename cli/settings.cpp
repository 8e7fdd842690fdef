// --set NAME=VALUE, and the values of placeholders: what was set first, then the environment.
#include <cstdlib>

#include "cli/commands.hpp"

namespace splitscope::cli {

base::Result<std::map<std::string, std::string>> parse_settings(
    const std::vector<std::string>& texts) {
  std::map<std::string, std::string> settings;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return base::failure("--set " + text + ": write NAME=VALUE, for example --set members=5");
    }
    settings[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return settings;
}

scenarios::Placeholders placeholders_from(const std::map<std::string, std::string>& settings) {
  return {[settings](std::string_view name) -> std::optional<std::string> {
    const std::string key(name);
    if (const auto found = settings.find(key); found != settings.end()) return found->second;
    const char* value = std::getenv(key.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  }};
}

}  // namespace splitscope::cli
