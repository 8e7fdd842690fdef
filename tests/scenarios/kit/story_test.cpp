// Whole clusters in the simulator: short stories of what a cluster does when something fails.
#include <catch2/catch.hpp>

#include "tests/support/cluster_lab.hpp"

using namespace splitscope;
using namespace splitscope::tests;
using namespace std::chrono_literals;

TEST_CASE("wka: three members form one cluster with the well-known one as master",
          "[scenarios][story]") {
  ClusterLab lab({.members = 3, .well_known = {1}});
  lab.start({1, 2, 3});
  const bool agreed = lab.until_agreed({1, 2, 3}, 60s);
  INFO(describe_all(lab.world().observation()));
  REQUIRE(agreed);
  CHECK(lab.view(1).starts_with("n1>"));
}

TEST_CASE("wka: the oldest survivor becomes master when the master is killed",
          "[scenarios][story]") {
  ClusterLab lab({.members = 4, .well_known = {1, 2}});
  REQUIRE(lab.form({1, 2, 3, 4}));
  const std::string before = lab.view(2);
  const base::Instant killed = lab.now();
  lab.apply(FaultKind::Kill, {{1}});
  REQUIRE(lab.until_agreed({2, 3, 4}, 10s));
  CHECK("n1>" + lab.view(2) == before);
  CHECK(lab.since(killed) < 1000);
}

TEST_CASE("wka: the halves of a healed partition merge and the smaller one moves",
          "[scenarios][story]") {
  ClusterLab lab(
      {.members = 5, .well_known = {1, 2, 3, 4, 5}, .properties = fast_heartbeat() + fast_merge()});
  REQUIRE(lab.form({1, 2, 3, 4, 5}));
  const auto cut = lab.apply(FaultKind::Partition, {{1, 2}, {3, 4, 5}});
  REQUIRE(lab.until_agreed({1, 2}, 60s));
  REQUIRE(lab.until_agreed({3, 4, 5}, 60s));
  lab.heal(cut);
  REQUIRE(lab.until_agreed({1, 2, 3, 4, 5}, 60s));
  CHECK((lab.view(1).ends_with("n1>n2") || lab.view(1).ends_with("n2>n1")));
}

TEST_CASE("multicast: without multicast every member is alone", "[scenarios][story]") {
  ClusterLab lab({.members = 3, .multicast = true});
  Fault block;
  block.kind = FaultKind::BlockMulticast;
  lab.apply(block);
  lab.start({1, 2, 3});
  lab.run(30s);
  CHECK(lab.views({1, 2, 3}) == "n1:n1 | n2:n2 | n3:n3");
}

TEST_CASE("a run has the same digest every time", "[scenarios][determinism]") {
  const auto run = [](std::uint64_t seed) {
    ClusterLab lab({.seed = seed, .members = 5, .well_known = {1, 2}});
    lab.start({1, 2, 3, 4, 5});
    lab.run(30s);
    lab.apply(FaultKind::Kill, {{1}});
    lab.run(30s);
    return lab.world().digest();
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
}

TEST_CASE("a fault that touches nothing makes the run inconclusive", "[scenarios][story]") {
  ClusterLab lab({.members = 2, .well_known = {1}});
  lab.start({1});
  lab.run(10s);
  lab.apply(FaultKind::Kill, {{2}});
  const scenarios::RunRecord record = lab.world().finish();
  CHECK(record.verdict == scenarios::Verdict::Inconclusive);
}
