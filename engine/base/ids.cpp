#include "engine/base/ids.hpp"

#include <fmt/format.h>

namespace splitscope::base {

std::string to_text(const Uuid& uuid) {
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", uuid.high >> 32,
                     (uuid.high >> 16) & 0xffff, uuid.high & 0xffff, uuid.low >> 48,
                     uuid.low & 0xffff'ffff'ffff);
}

}  // namespace splitscope::base
