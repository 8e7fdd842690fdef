#include "engine/trace/digest.hpp"

#include <fmt/format.h>

namespace splitscope::trace {

std::string Digest::to_text() const {
  return fmt::format("{:016x}", state_);
}

}  // namespace splitscope::trace
