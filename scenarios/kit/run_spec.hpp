// What a run is a pure function of. Branches, newcomer probes, replay and many futures are run
// specs executed again from zero; the digest of the common prefix equals the parent's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/time.hpp"
#include "scenarios/kit/fault.hpp"

namespace splitscope::scenarios {

// From this moment on all random streams continue from another seed.
struct FreshSeed {
  std::uint64_t seed = 0;
};

// An act that the script does not contain, at a time or before an event of that number.
struct Intervention {
  std::optional<base::Instant> at_time;
  std::optional<std::uint64_t> at_event;
  std::variant<Fault, FreshSeed> act;
};

struct RunSpec {
  std::string script_path;  // for messages and the replay command
  std::string script;       // its text
  std::uint64_t seed = 1;
  std::string world = "sim";  // in "sockets" and "hazelcast" no run is exactly another
  std::string release;        // of real Hazelcast, in its world; empty: the default
  std::map<std::string, std::string> parameters;  // --set k=v
  std::vector<Intervention> interventions;        // in order of their moment
};

}  // namespace splitscope::scenarios
