// Strong types for the names of things.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace splitscope::base {

// A process slot of a run: members keep theirs over restarts. 0-based, dense.
struct NodeId {
  std::uint32_t value = 0;
  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};
inline constexpr NodeId NoNode{0xffff'ffff};

// How often a node's process has been started; 0 = not yet.
struct Incarnation {
  std::uint32_t value = 0;
  friend auto operator<=>(const Incarnation&, const Incarnation&) = default;
};

// The identity of one life of a member in a cluster. Compared as Java compares UUID text: by the
// unsigned 128-bit value.
struct Uuid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  bool is_nil() const { return high == 0 && low == 0; }
};

// 8-4-4-4-12 hexadecimal digits.
std::string to_text(const Uuid& uuid);

}  // namespace splitscope::base
