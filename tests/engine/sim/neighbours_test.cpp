#include "engine/sim/neighbours.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace std::chrono_literals;
using sim::Neighbours;
using Fate = sim::Neighbours::Fate;

namespace {

constexpr base::Ipv4 Peer = base::ipv4(10, 0, 0, 2);

base::Instant at(base::Duration time) {
  return base::Instant{time};
}

}  // namespace

TEST_CASE("neighbours: nobody at the address: three requests, then failed (rule 10)",
          "[engine][sim]") {
  Neighbours neighbours(30s);
  auto verdict = neighbours.send(Peer, false, at(0s));
  int asked = 1;
  base::Instant now{};
  while (verdict.fate == Fate::Queued) {
    CHECK(verdict.at > now);
    now = verdict.at;
    verdict = neighbours.ask_again(Peer, false, now);
    ++asked;
  }
  CHECK(verdict.fate == Fate::Failed);
  CHECK(asked == 4);  // at 0, 1.02 and 2.05 s, and the verdict at 3.07 s
  CHECK(now == at(Neighbours::FailsAfter));
  CHECK(neighbours.send(Peer, false, at(10s)).at == at(10s + Neighbours::RequestGap));
}

TEST_CASE("neighbours: an entry is trusted, then probed, then lost (rule 17)", "[engine][sim]") {
  Neighbours neighbours(30s);
  neighbours.confirm(Peer, at(0s));
  CHECK(neighbours.send(Peer, false, at(29s)).fate == Fate::Sent);
  CHECK(neighbours.send(Peer, false, at(50s)).fate == Fate::Sent);  // stale: sent, then probed
  CHECK(neighbours.send(Peer, false, at(57s)).fate == Fate::Sent);
  CHECK(neighbours.send(Peer, false, at(59s)).fate == Fate::Queued);
  neighbours.confirm(Peer, at(0s));  // old news
  CHECK(neighbours.send(Peer, false, at(59500ms)).fate == Fate::Queued);
}

TEST_CASE("neighbours: a neighbour that comes back gets what was queued", "[engine][sim]") {
  Neighbours neighbours(30s);
  const auto verdict = neighbours.send(Peer, false, at(0s));
  CHECK(neighbours.ask_again(Peer, true, verdict.at).fate == Fate::Sent);
  CHECK(neighbours.send(Peer, false, at(2s)).fate == Fate::Sent);
}

TEST_CASE("neighbours: entries are trusted for 15 to 45 s", "[engine][sim]") {
  base::Prng random(1);
  for (int i = 0; i < 1000; ++i) {
    const base::Duration time = Neighbours::reachable_time(random);
    CHECK((time >= 15s && time <= 45s));
  }
}
