// Rivals on the same work, as far as they are installed; see bench/peers/run.py.
#pragma once

#include <vector>

#include "bench/measure.hpp"

namespace splitscope::bench {

// Their times an event over ours, each measured now. Says on stderr which rivals are left out and
// what would install them. Takes minutes: it builds the drivers.
std::vector<Row> peer_rows();

}  // namespace splitscope::bench
