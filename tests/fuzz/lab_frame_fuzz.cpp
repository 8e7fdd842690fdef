// Any frame from any host: the switch reads it within its bounds and stays sound.
#include "engine/lab/switch_core.hpp"

namespace {

using namespace splitscope;

class Nowhere final : public lab::FrameSink {
 public:
  bool deliver(net::HostId, lab::FrameBytes) override { return true; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lab::SwitchCore core(1);
  net::Topology& topology = core.fabric().topology();
  for (std::uint32_t i = 0; i < 3; ++i) {
    if (i != 1) topology.add_subnet({"lan", true, {}});
    const base::Ipv4 address = base::ipv4(10, 77, static_cast<std::uint8_t>(i / 2), 11);
    core.plug_in(topology.add_host(i / 2, base::Ipv4{address.value + i}));
  }
  net::PacketRule reject;
  reject.action = net::PacketRule::Action::Reject;
  reject.match.port = 5701;
  core.install(reject);
  core.on_frame(net::HostId{0}, std::as_bytes(std::span(data, size)), base::Instant{});
  core.on_frame(net::HostId{2}, std::as_bytes(std::span(data, size)), base::Instant{});
  Nowhere nowhere;
  core.deliver_due(base::Instant{} + std::chrono::seconds{9}, nowhere);
  return 0;
}
