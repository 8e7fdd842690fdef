// Facts for the tests of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "engine/base/endpoint.hpp"
#include "engine/base/trace_event.hpp"

namespace splitscope::trace::test {

inline const base::Endpoint First{base::ipv4(10, 0, 0, 1), 5701};
inline const base::Endpoint Second{base::ipv4(10, 0, 0, 2), 5701};

struct FactOptions {
  base::Duration at{};
  std::uint64_t sequence = 1;
  std::uint64_t cause = 0;
  std::uint32_t node = 0;
  std::uint32_t incarnation = 1;
};

inline base::TraceEvent fact(base::EventKind kind, const FactOptions& options,
                             std::array<std::uint64_t, 4> arguments = {}) {
  base::TraceEvent event;
  event.time = base::RunStart + options.at;
  event.sequence = options.sequence;
  event.cause = options.cause;
  event.node = base::NodeId{options.node};
  event.incarnation = base::Incarnation{options.incarnation};
  event.kind = kind;
  event.arguments = arguments;
  return event;
}

// Two nodes form a cluster, one is paused under a partition, suspected, and resumes.
std::vector<base::TraceEvent> story();

// Any facts of known kinds, in order of time, with extreme numbers among them.
rc::Gen<std::vector<base::TraceEvent>> any_facts();

// The bytes of a finished trace file with these facts and one metadata entry.
std::string trace_bytes(const std::vector<base::TraceEvent>& facts);

}  // namespace splitscope::trace::test
