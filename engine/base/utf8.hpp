// Text of unknown origin for formats that require UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace splitscope::base {

// The text with each byte that is not part of well-formed UTF-8 (RFC 3629) replaced by U+FFFD.
std::string well_formed_utf8(std::string_view text);

}  // namespace splitscope::base
