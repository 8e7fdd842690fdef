// The user-space switch between two network namespaces: how many frames it passes, and what it adds
// to their way.
#pragma once

#include <cstdint>
#include <optional>

namespace splitscope::bench {

// Frames a wall second of one host's datagrams to another, as many as arrive. None where the
// machine allows no namespaces.
std::optional<double> switch_frames_per_second(double seconds);

struct SwitchLatency {
  double p50_us = 0;
  double p99_us = 0;
};
// From one process's send() to another's recv() through the switch, above the delay of their link.
std::optional<SwitchLatency> switch_latency(std::uint32_t datagrams);

}  // namespace splitscope::bench
