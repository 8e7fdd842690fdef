// A running 64-bit digest of everything that happens in a run. Two runs are the same run if and
// only if (but for chance) their digests are equal. It depends on order and takes integers only.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/trace_event.hpp"
#include "engine/base/wide.hpp"

namespace splitscope::trace {

class Digest {
 public:
  // One multiplication; called for every event of a run.
  void absorb(std::uint64_t word) {
    const auto product = static_cast<base::Uint128>(state_ ^ word) * 0x9E37'79B9'7F4A'7C15;
    state_ = (static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64)) +
             0xD1B5'4A32'D192'ED03;
  }
  void absorb(const base::TraceEvent& fact) {
    absorb(static_cast<std::uint64_t>(base::nanoseconds(fact.time)));
    absorb(fact.cause);
    absorb((std::uint64_t{fact.node.value} << 32) | fact.incarnation.value);
    absorb(static_cast<std::uint64_t>(fact.kind));
    for (const std::uint64_t argument : fact.arguments) absorb(argument);
  }
  std::uint64_t value() const { return state_; }
  // Sixteen hexadecimal digits.
  std::string to_text() const;

  friend bool operator==(const Digest&, const Digest&) = default;

 private:
  std::uint64_t state_ = 0x243F'6A88'85A3'08D3;
};

}  // namespace splitscope::trace
