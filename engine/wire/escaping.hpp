// How bytes are written into URLs, XML and JSON, and read out of URLs. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace splitscope::wire {

// RFC 3986 as AWS wants it: all but A-Z a-z 0-9 - . _ ~ becomes %XX with capital digits.
std::string percent_encode(std::string_view text);
// The same, but "/" stays.
std::string percent_encode_path(std::string_view path);
// A "+" is a plus. What is no well-formed %XX stays as it is.
std::string percent_decode(std::string_view text);

using QueryPair = std::pair<std::string, std::string>;
// "a=1&b" taken apart, decoded, in order; none if there are over `count_max`. A "+" is a plus
// unless `is_form`.
std::optional<std::vector<QueryPair>> parse_query(std::string_view query, bool is_form = false,
                                                  std::size_t count_max = 1024);
// Encoded, joined by "&", in the order given.
std::string write_query(std::span<const QueryPair> pairs);

// With quotes. What is not UTF-8 is passed on as it is.
std::string json_quoted(std::string_view text);
std::string xml_escaped(std::string_view text);
// "0fa7"
std::string hex(std::span<const std::byte> bytes);

}  // namespace splitscope::wire
