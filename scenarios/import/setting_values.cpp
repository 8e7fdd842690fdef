#include "scenarios/import/setting_values.hpp"

#include <charconv>
#include <initializer_list>

#include <fmt/format.h>

#include "scenarios/import/setting_writer.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::uint32_t MaxSeconds = 7 * 24 * 3600;

// A value as errors show it.
std::string shown(std::string_view value) {
  return fmt::format("\"{}\"", value.substr(0, 80));
}

}  // namespace

base::Result<std::optional<std::string>> SettingValues::text(std::string_view name) const {
  const Setting* setting = file_.settings.find(name);
  if (setting == nullptr) return std::nullopt;
  if (!setting->problem.empty()) return std::unexpected(problem_of(*setting));
  if (setting->value.empty()) return std::nullopt;
  return setting->value;
}

base::Result<std::optional<std::uint32_t>> SettingValues::number(std::string_view name,
                                                                 Range range) const {
  const auto found = text(name);
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  const std::string& value = **found;
  std::uint32_t number = 0;
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc{} || stop != end || number < range.min || number > range.max) {
    return std::unexpected(
        error_of(*file_.settings.find(name), fmt::format("{} is no such number", shown(value)),
                 fmt::format("write a whole number from {} to {}", range.min, range.max)));
  }
  return number;
}

base::Result<std::optional<bool>> SettingValues::flag(std::string_view name) const {
  const auto found = text(name);
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  const std::string value = lower_case(**found);
  if (value == "true") return true;
  if (value == "false") return false;
  return std::unexpected(error_of(*file_.settings.find(name),
                                  fmt::format("{} is neither true nor false", shown(**found)),
                                  "write true or false"));
}

base::Result<void> SettingValues::read(std::string_view name, std::string& target) const {
  auto found = text(name);
  if (!found) return std::unexpected(found.error());
  if (*found) target = **std::move(found);
  return {};
}

base::Result<void> SettingValues::read(std::string_view name, bool& target) const {
  const auto found = flag(name);
  if (!found) return std::unexpected(found.error());
  target = found->value_or(target);
  return {};
}

base::Result<void> SettingValues::read_port(std::string_view name, std::uint16_t& target) const {
  const auto found = number(name, {1, 65535});
  if (!found) return std::unexpected(found.error());
  if (*found) target = static_cast<std::uint16_t>(**found);
  return {};
}

base::Result<void> SettingValues::read_seconds(std::string_view name,
                                               base::Duration& target) const {
  const auto found = number(name, {1, MaxSeconds});
  if (!found) return std::unexpected(found.error());
  if (*found) target = std::chrono::seconds{**found};
  return {};
}

base::Result<void> SettingValues::read_ttl(std::string_view name, std::uint8_t& target) const {
  const auto found = number(name, {0, 255});
  if (!found) return std::unexpected(found.error());
  if (*found) target = static_cast<std::uint8_t>(**found);
  return {};
}

base::Result<void> SettingValues::read_group(std::string_view name, base::Ipv4& target) const {
  const auto found = text(name);
  if (!found) return std::unexpected(found.error());
  if (!*found) return {};
  const auto address = base::parse_ipv4(**found);
  if (!address || !address->is_multicast()) {
    return std::unexpected(error_of(*file_.settings.find(name),
                                    fmt::format("{} is no multicast address", shown(**found)),
                                    "write one from 224.0.1.0 to 239.255.255.255"));
  }
  target = *address;
  return {};
}

base::Result<void> all_of(std::initializer_list<base::Result<void>> steps) {
  for (const base::Result<void>& step : steps) {
    if (!step) return step;
  }
  return {};
}

base::Error error_of(const Setting& setting, std::string_view wrong, std::string_view mend) {
  return error_at(setting.place, setting.key, wrong, mend);
}

base::Error error_of(const Setting& setting, const Sentence& sentence) {
  const std::size_t mend = sentence.text.rfind("; ");
  if (mend == sentence.text.npos) return error_of(setting, sentence.text, sentence.default_mend);
  return error_of(setting, sentence.text.substr(0, mend), sentence.text.substr(mend + 2));
}

base::Error problem_of(const Setting& setting) {
  return error_of(setting, {setting.problem, "write the value itself"});
}

base::Error member_error(const Setting& setting, const base::Error& error) {
  return error_of(setting, {error.message, "write host:port, for example 10.0.0.1:4000"});
}

}  // namespace splitscope::scenarios
