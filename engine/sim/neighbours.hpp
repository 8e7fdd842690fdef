// What one host's kernel knows of the neighbours on its link: how long a neighbour that fell silent
// is still sent to, and when ARP declares it dead (rules 10 and 17). Pure, and asked only about
// neighbours that may have fallen silent: resolving one that answers takes no time here.
#pragma once

#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"

namespace splitscope::sim {

class Neighbours {
 public:
  // ARP broadcasts at 0, 1.02 and 2.05 s; the failure is told at 3.07 s.
  static constexpr base::Duration RequestGap = std::chrono::microseconds{1'023'500};
  static constexpr std::uint32_t RequestsMax = 3;
  static constexpr base::Duration FailsAfter = RequestsMax * RequestGap;

  enum class Fate : std::uint8_t {
    Sent,    // onto the wire, whether or not anybody hears it
    Queued,  // ARP asks; ask again at `at`
    Failed,  // ARP gave up at this instant: what was queued is unreachable
  };
  struct Verdict {
    Fate fate = Fate::Sent;
    base::Instant at{};
  };

  // `reachable_for`: how long a confirmed entry is trusted, drawn from reachable_time().
  explicit Neighbours(base::Duration reachable_for) : reachable_for_(reachable_for) {}
  // 15 to 45 s, as Linux draws it for each interface.
  static base::Duration reachable_time(base::Prng& random);

  // Something came from the neighbour that proves it hears us.
  void confirm(base::Ipv4 neighbour, base::Instant at);
  // What becomes of a packet that is sent at `now`; `answers`: the neighbour would answer ARP.
  Verdict send(base::Ipv4 neighbour, bool answers, base::Instant now);
  // What becomes of those queued, at the instant that send() or this named.
  Verdict ask_again(base::Ipv4 neighbour, bool answers, base::Instant now);
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    base::Ipv4 neighbour;
    base::Instant confirmed_at{base::Duration::min()};
    bool is_known = false;                         // by its hardware address
    base::Instant stale_use_at = base::EndOfTime;  // first use after it went stale
    base::Instant asking_since = base::EndOfTime;
  };
  Entry& entry(base::Ipv4 neighbour);

  base::Duration reachable_for_;
  std::vector<Entry> entries_;
};

}  // namespace splitscope::sim
