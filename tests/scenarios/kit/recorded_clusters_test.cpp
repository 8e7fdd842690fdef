// Recordings of real Hazelcast clusters (3.12.13 and 5.3.8), replayed: starting, and losing
// members.
#include "tests/support/recorded_clusters.hpp"

using namespace splitscope;
using namespace splitscope::tests;

TEST_CASE("recorded: WKA members started one after another", "[recorded]") {
  compare_with_recording("a_seq_3", [](Engine engine, std::uint64_t seed) {
    return start_in_sequence(options(engine, seed, 3, {1}));
  });
  compare_with_recording("a_seq_5", [](Engine engine, std::uint64_t seed) {
    return start_in_sequence(options(engine, seed, 5, {1, 2}));
  });
}

TEST_CASE("recorded: WKA members started at one instant", "[recorded]") {
  compare_with_recording("a_sim_3", [](Engine engine, std::uint64_t seed) {
    return start_together(options(engine, seed, 3, {1}));
  });
  compare_with_recording("a_sim_5", [](Engine engine, std::uint64_t seed) {
    return start_together(options(engine, seed, 5, {1, 2}));
  });
  compare_with_recording("i_pair", [](Engine engine, std::uint64_t seed) {
    return start_together(options(engine, seed, 2, {1, 2}));
  });
}

TEST_CASE("recorded: multicast members started in sequence and together", "[recorded]") {
  compare_with_recording("d_start_seq", [](Engine engine, std::uint64_t seed) {
    LabOptions lab = options(engine, seed, 3, {});
    lab.multicast = true;
    return start_in_sequence(lab);
  });
  compare_with_recording("d_start_sim", [](Engine engine, std::uint64_t seed) {
    LabOptions lab = options(engine, seed, 3, {});
    lab.multicast = true;
    return start_together(lab);
  });
}

TEST_CASE("recorded: multicast that is blocked, or stops at a router", "[recorded]") {
  compare_with_recording("d_blocked", [](Engine engine, std::uint64_t seed) {
    LabOptions lab_options = options(engine, seed, 3, {}, fast_heartbeat() + fast_merge());
    lab_options.multicast = true;
    ClusterLab lab(lab_options);
    Measured measured;
    Fault block;
    block.kind = FaultKind::BlockMulticast;
    const auto blocked = lab.apply(block);
    for (const std::uint32_t number : {1u, 2u, 3u}) {
      lab.start({number});
      measured.time("alone_started_ms", lab.until_started(number, 60s));
    }
    lab.run(15s);
    measured.texts["views_blocked"] = lab.views({1, 2, 3});
    const base::Instant healed = lab.now();
    lab.heal(blocked);
    measured.time("heal_to_one_view_ms", lab.until_agreed({1, 2, 3}, 90s)
                                             ? std::optional(lab.since(healed))
                                             : std::nullopt);
    return measured;
  });
  compare_with_recording("d_routed", [](Engine engine, std::uint64_t seed) {
    LabOptions lab_options = options(engine, seed, 4, {}, fast_heartbeat() + fast_merge());
    lab_options.multicast = true;
    lab_options.routed = true;
    ClusterLab lab(lab_options);
    lab.start({1});
    lab.run(8s);
    lab.start({2});
    lab.run(8s);
    lab.start({3});
    lab.run(8s);
    lab.start({4});
    lab.run(60s);
    CHECK(lab.views({1, 2, 3, 4}) == "n1:n1>n2 | n2:n1>n2 | n3:n3>n4 | n4:n3>n4");
    Measured measured;
    measured.time("join_ms", lab.started_after(1, base::RunStart));
    return measured;
  });
}

TEST_CASE("recorded: members killed", "[recorded]") {
  for (const auto& [label, lost] : std::vector<std::pair<std::string, Numbers>>{
           {"e_kill_master", {1}}, {"e_kill_member", {3}}, {"e_kill_two", {3, 4}}}) {
    compare_with_recording(label, [&lost](Engine engine, std::uint64_t seed) {
      return lose_members(options(engine, seed, 5, {1, 2}, fast_merge()), FaultKind::Kill, lost);
    });
  }
  for (const auto& [label, lost] : std::vector<std::pair<std::string, Numbers>>{
           {"d_kill_master", {1}}, {"d_kill_member", {3}}}) {
    compare_with_recording(label, [&lost](Engine engine, std::uint64_t seed) {
      LabOptions lab = options(engine, seed, 3, {}, fast_heartbeat() + fast_merge());
      lab.multicast = true;
      return lose_members(lab, FaultKind::Kill, lost);
    });
  }
}

TEST_CASE("recorded: a host goes down without a word", "[recorded]") {
  for (const auto& [label, lost] : std::vector<std::pair<std::string, Numbers>>{
           {"e_hostdown_master", {1}}, {"e_hostdown_member", {3}}}) {
    compare_with_recording(label, [&lost](Engine engine, std::uint64_t seed) {
      return lose_members(options(engine, seed, 5, {1, 2}, fast_heartbeat() + fast_merge()),
                          FaultKind::PowerOff, lost);
    });
  }
}

TEST_CASE("recorded: graceful shutdown", "[recorded]") {
  for (const auto& [label, lost] : std::vector<std::pair<std::string, Numbers>>{
           {"e_graceful_master", {1}}, {"e_graceful_member", {3}}}) {
    compare_with_recording(label, [&lost](Engine engine, std::uint64_t seed) {
      return lose_members(options(engine, seed, 5, {1, 2}, fast_merge()), FaultKind::Stop, lost);
    });
  }
}
