#include "schemes/membership/membership_codes.hpp"

#include <catch2/catch.hpp>

using namespace splitscope::schemes;

TEST_CASE("codes: each has words of its own", "[schemes][membership]") {
  CHECK(to_text(RemovalReason::NoHeartbeat) != to_text(RemovalReason::NoConnection));
  CHECK(to_text(SuspicionReason::NoHeartbeat) != to_text(SuspicionReason::Restarted));
  CHECK(to_text(JoinFailure::TimedOut) != to_text(JoinFailure::NoPort));
  CHECK(to_text(JoinRefusal::NotMaster) != to_text(JoinRefusal::ClusterName));
}

TEST_CASE("codes: a master's removal is named after the suspicion", "[schemes][membership]") {
  CHECK(removal_for(SuspicionReason::NoHeartbeat) == RemovalReason::NoHeartbeat);
  CHECK(removal_for(SuspicionReason::NoConnection) == RemovalReason::NoConnection);
}
