// The seam's resolver over the system's (getaddrinfo, in a thread of Asio's own). Hides Boost.Asio.
// Invariant: one answer for each call, from the loop, in no promised order; none after forget().
#pragma once

#include <memory>

#include "engine/env/resolver.hpp"
#include "engine/real/event_gate.hpp"

namespace splitscope::real {

class RealResolver final : public env::Resolver {
 public:
  // Names asked for and not answered; more get Failed at once.
  static constexpr std::size_t PendingCountMax = 256;

  // `gate` outlives the resolver.
  explicit RealResolver(EventGate& gate);
  ~RealResolver();
  RealResolver(const RealResolver&) = delete;
  RealResolver& operator=(const RealResolver&) = delete;

  void resolve(std::string_view name, env::ResolveHandler& handler) override;
  void forget(env::ResolveHandler& handler) override;
  // No further answers to anybody.
  void forget_all();

 private:
  class Queries;
  // Shared with the answers that are still under way.
  std::shared_ptr<Queries> queries_;
};

}  // namespace splitscope::real
