// How deeply a TOML text is nested, measured before it is parsed: a parser builds one table for
// each dot of a key, and a key may have as many dots as a file has bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace splitscope::scenarios {

inline constexpr int MaxTomlBrackets = 64;
inline constexpr int MaxTomlDots = 32;

// The line where brackets or the dots of one key pass the limits, or nothing. Text that is no TOML
// is measured up to where a parser stops.
std::optional<std::uint32_t> line_nested_too_deeply(std::string_view text);

}  // namespace splitscope::scenarios
