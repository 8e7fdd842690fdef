// A discovery strategy answers one question: which addresses may hold a cluster? What is done with
// them (join, votes, merge) is the joiner's business, the same for all strategies.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/endpoint.hpp"

namespace splitscope::schemes {

class CandidateHandler {
 public:
  // All addresses, in the order to ask; never one of our own. From the event loop, never from
  // inside a call to Discovery. The span lives during the call.
  virtual void on_candidates(std::span<const base::Endpoint> candidates) = 0;
  // Instead of on_candidates: what the discovery needs at start is missing, and the node cannot go
  // on. Only before the first on_candidates.
  virtual void on_discovery_failed() = 0;

 protected:
  ~CandidateHandler() = default;
};

// How an address became known at run time; the profile says which kinds are kept.
enum class LearnedFrom : std::uint8_t {
  FoundAtJoin,      // it was a member when we joined
  JoinedLater,      // it joined after us
  SplitBrainCheck,  // its master asked us whether to merge
};

class Discovery {
 public:
  virtual ~Discovery() = default;

  // Once, when our port is bound. `handler` outlives the discovery's use.
  virtual void start(base::Endpoint self, CandidateHandler& handler) = 0;
  // A new round of joining, or a new search: names are asked for again, and on_candidates comes
  // once they are known. One answer comes for all calls made before it.
  virtual void refresh() = 0;
  // What is known now; names that were never resolved have no addresses yet.
  virtual std::span<const base::Endpoint> candidates() const = 0;
  // A member we met. Call it again when the member leaves: retention counts from the last time.
  virtual void learn(base::Endpoint member, LearnedFrom from) = 0;
  // Never mind it: for example it is of another cluster. A configured address stays.
  virtual void forget(base::Endpoint member) = 0;
};

}  // namespace splitscope::schemes
