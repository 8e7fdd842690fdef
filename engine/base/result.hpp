// Expected outcomes that are not success. We throw nothing; our own bugs are SPLITSCOPE_ASSERT.
#pragma once

#include <expected>
#include <string>

namespace splitscope::base {

// One sentence for a person: what is wrong and what to write instead. Where it concerns a file, the
// text begins with "file:line: ".
struct Error {
  std::string message;
  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> failure(std::string message) {
  return std::unexpected(Error{std::move(message)});
}

}  // namespace splitscope::base
