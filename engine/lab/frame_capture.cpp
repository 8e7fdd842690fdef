#include "engine/lab/frame_capture.hpp"

#include <fmt/format.h>

namespace splitscope::lab {
namespace {

constexpr std::uint32_t NotAdded = 0xffff'ffff;

}  // namespace

void FrameCapture::on_frame(base::Instant at, net::HostId from, FrameBytes frame, FrameFate fate) {
  if (interfaces_.size() <= from.value) interfaces_.resize(from.value + 1, NotAdded);
  std::uint32_t& interface = interfaces_[from.value];
  if (interface == NotAdded) {
    interface = writer_.add_interface(
        {.name = fmt::format("host{}", from.value + 1), .description = "", .address = {}});
  }
  writer_.write({.interface = interface,
                 .time = at,
                 .direction = trace::Direction::Outbound,
                 .frame = frame,
                 .comment = fate == FrameFate::Sent ? "" : to_text(fate)});
}

}  // namespace splitscope::lab
