#include "cli/usage_error.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace splitscope::cli {

int usage_error(std::string_view command, const std::string& message) {
  std::fputs(fmt::format("splitscope {}: {}\n", command, message).c_str(), stderr);
  return 2;
}

}  // namespace splitscope::cli
