// Names to addresses, asynchronously.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/endpoint.hpp"

namespace splitscope::env {

enum class ResolveOutcome : std::uint8_t {
  Found,
  NotFound,  // the name server says there is no such name
  Failed,    // no answer
};

class ResolveHandler {
 public:
  // `name` is the text asked for. Addresses are empty unless Found. From the event loop only.
  virtual void on_resolved(std::string_view name, ResolveOutcome outcome,
                           std::span<const base::Ipv4> addresses) = 0;

 protected:
  ~ResolveHandler() = default;
};

class Resolver {
 public:
  // One answer comes for each call, also for a literal address. `handler` must outlive the answer
  // or call forget().
  virtual void resolve(std::string_view name, ResolveHandler& handler) = 0;
  // No further answers to `handler`.
  virtual void forget(ResolveHandler& handler) = 0;

 protected:
  ~Resolver() = default;
};

}  // namespace splitscope::env
