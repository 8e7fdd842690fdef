// The frames that say no: a TCP reset or an ICMP error in answer to a frame that was rejected, has
// no way, or whose TTL ran out. Pure; answers nothing where RFC 1122 forbids an answer.
#pragma once

#include "engine/lab/frame.hpp"

namespace splitscope::lab {

// Valid until the builder's next frame; empty where nothing may be answered: to multicast, to ICMP,
// to a reset, to a later fragment. ICMP comes from the packet's destination, as a host's own
// firewall has it.
FrameBytes rejection_of(trace::FrameBuilder& builder, FrameBytes frame, const ParsedFrame& parsed,
                        net::RejectKind kind);
// From the router at `router`.
FrameBytes time_exceeded(trace::FrameBuilder& builder, FrameBytes frame, const ParsedFrame& parsed,
                         base::Ipv4 router);

}  // namespace splitscope::lab
