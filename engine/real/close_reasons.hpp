// What an errno of the kernel means for a connection, in the words of the seam.
#pragma once

#include "engine/env/transport.hpp"

namespace splitscope::real {

// connect() ended with this error.
env::CloseReason reason_of_connect(int error);
// Reading or writing an open connection ended with this error. The kernel names what ended it: a
// peer's RST, retransmission that gave up, or the ICMP message that came last before that.
env::CloseReason reason_of_stream(int error);

}  // namespace splitscope::real
