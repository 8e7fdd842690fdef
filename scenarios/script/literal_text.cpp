#include "scenarios/script/literal_text.hpp"

#include <cmath>

#include <fmt/format.h>

namespace splitscope::scenarios {

std::string lua_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\{:03}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string lua_duration(base::Duration duration) {
  constexpr std::int64_t SecondNs = 1'000'000'000;
  const std::int64_t whole = duration.count() / SecondNs;
  const std::int64_t rest = duration.count() % SecondNs;
  std::string text;
  if (whole != 0 || rest == 0) text = fmt::format("{}s", whole);
  if (rest != 0 && rest % 1'000'000 == 0) {
    text += fmt::format("{}ms", rest / 1'000'000);
  } else if (rest != 0) {
    text += fmt::format("{}ns", rest);
  }
  return "\"" + text + "\"";
}

std::string bare_duration(base::Duration duration) {
  const std::string text = lua_duration(duration);
  return text.substr(1, text.size() - 2);
}

std::string lua_rate(base::Probability probability) {
  if (probability == base::Probability::always()) return "1.0";
  return fmt::format("{:.17g}", std::ldexp(static_cast<double>(probability.threshold), -64));
}

std::string lua_members(const Members& members) {
  if (members.size() == 1) return fmt::format("\"n{}\"", members.front().value + 1);
  std::string text;
  for (const base::NodeId node : members) {
    text += fmt::format("{}\"n{}\"", text.empty() ? "" : ", ", node.value + 1);
  }
  return "{ " + text + " }";
}

}  // namespace splitscope::scenarios
