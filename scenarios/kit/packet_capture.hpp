// The simulated traffic as a pcapng file, with real headers and payloads: what a sniffer at every
// host would have seen leave. Packets that a fault took carry a comment.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "engine/sim/network.hpp"
#include "engine/trace/frame_builder.hpp"
#include "engine/trace/pcapng_writer.hpp"

namespace splitscope::scenarios {

class PacketCapture final : public sim::PacketObserver {
 public:
  // One interface for each name, in the order of hosts. `out` and `network` outlive *this.
  PacketCapture(std::ostream& out, const sim::Network& network, const std::string& comment);

  void on_packet(base::Instant at, const sim::Packet& packet, Fate fate) override;
  base::Result<std::uint64_t> finish() { return writer_.finish(); }

 private:
  std::uint32_t interface_of(const sim::Packet& packet);

  const sim::Network& network_;
  trace::PcapngWriter writer_;
  trace::FrameBuilder frames_;
  std::vector<std::uint32_t> interfaces_;  // by host; missing ones are added when first seen
  std::vector<std::byte> payload_;
  std::uint16_t identification_ = 0;
};

}  // namespace splitscope::scenarios
