#include "scenarios/import/setting_writer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace splitscope::scenarios {

void SettingWriter::keep(SettingList& list, Found found) {
  Setting setting;
  setting.name = std::move(found.name);
  setting.key = std::move(found.key);
  setting.place = place(found.line);
  setting.is_inferred = found.is_inferred;
  const std::string_view text = trimmed(found.text);
  setting.is_secret = is_secret_key(setting.name);
  if (setting.is_secret) {
    setting.is_plain_secret = !text.empty() && !text.starts_with('$');
    if (is_group_password(setting.name)) {
      // A reference that cannot be resolved here leaves it empty: the node is told another way.
      setting.join_secret = resolve_placeholders(text, values_, references_).value_or("");
    }
  } else if (auto value = resolve_placeholders(text, values_, references_)) {
    setting.value = *std::move(value);
  } else {
    setting.problem = value.error().message;
  }
  if (!list.add(std::move(setting))) overflowed_ = true;
}

void SettingWriter::add_unknown(std::string key, std::uint32_t line) {
  if (node_.unknown_keys.size() >= MaxSettings) {
    overflowed_ = true;
    return;
  }
  Setting setting;
  setting.key = std::move(key);
  setting.place = place(line);
  node_.unknown_keys.push_back(std::move(setting));
}

base::Result<void> SettingWriter::check() const {
  if (!overflowed_) return {};
  return std::unexpected(error_at(node_.section, "file",
                                  fmt::format("it holds more than {} settings", MaxSettings),
                                  "give the configuration of one node"));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view Blanks = " \t\r\n\f";
  const std::size_t first = text.find_first_not_of(Blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(Blanks) - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

}  // namespace splitscope::scenarios
