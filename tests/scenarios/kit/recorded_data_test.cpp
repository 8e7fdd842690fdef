// What recorded clusters held while they were broken: rules 15 and 16 of the recordings (3.12.13
// and 5.3.8; 2000 entries, 271 partitions, one backup; five members unless said otherwise). Figures
// are the recorded ones.
#include "tests/support/recorded_clusters.hpp"

using namespace splitscope;
using namespace splitscope::tests;

namespace {

constexpr std::uint64_t Seeds = 5;

struct Range {
  double min = 0;
  double max = 0;
};

// Each value lies at most `slack` outside the recorded range, the median at most a quarter of it:
// two to five repetitions were recorded.
void check_all(std::vector<double> values, Range recorded, double slack) {
  REQUIRE_FALSE(values.empty());
  std::sort(values.begin(), values.end());
  const double median = values[values.size() / 2];
  INFO("recorded " << recorded.min << " to " << recorded.max << ", here " << values.front()
                   << " to " << values.back() << ", median " << median);
  CHECK(median >= recorded.min - slack / 4);
  CHECK(median <= recorded.max + slack / 4);
  CHECK(values.front() >= recorded.min - slack);
  CHECK(values.back() <= recorded.max + slack);
}

Numbers others(std::uint32_t members, const Numbers& lost) {
  Numbers rest;
  for (const std::uint32_t number : up_to(members)) {
    if (std::find(lost.begin(), lost.end(), number) == lost.end()) rest.push_back(number);
  }
  return rest;
}

// A cluster that is probed and holds 2000 entries.
void begin(ClusterLab& lab, std::uint32_t members) {
  REQUIRE(lab.form(up_to(members)));
  REQUIRE(lab.probe(2000));
  REQUIRE(lab.entries_of(up_to(members)) == 2000);
  lab.forget_gaps();
}

void for_each_run(const std::function<void(Engine, std::uint64_t)>& run) {
  for (const Engine engine : {Engine::Hz312, Engine::Hz53}) {
    for (std::uint64_t seed = 1; seed <= Seeds; ++seed) {
      INFO(schemes::to_text(engine) << " seed " << seed);
      run(engine, seed);
    }
  }
}

}  // namespace

TEST_CASE("recorded data: one of five is killed and nothing is lost", "[recorded][data]") {
  for_each_run([](Engine engine, std::uint64_t seed) {
    const std::uint32_t victim = seed % 2 == 0 ? 1 : 3;
    ClusterLab lab(options(engine, seed, 5, {1, 2}, fast_merge()));
    begin(lab, 5);
    const base::Instant fault = lab.now();
    lab.apply(FaultKind::Kill, {{victim}});
    const Numbers rest = others(5, {victim});
    REQUIRE(lab.until_agreed(rest, 10s));
    lab.run(8s);
    CHECK(lab.entries_of(rest) == 2000);
    const auto owner_lost = lab.sum(base::EventKind::PartitionsLost, rest, 0, fault);
    CHECK((owner_lost == 54 || owner_lost == 55));
    CHECK(lab.sum(base::EventKind::PartitionsLost, rest, 1, fault) == 0);
    // Recorded: 0 to 1591 ms, the interval of the probes included.
    for (const std::uint32_t number : rest) CHECK(lab.gap_of(number) <= 1600);
    // Backups are complete again: recorded 0.4 to 1.9 s after the fault.
    std::optional<base::Instant> moved;
    for (const std::uint32_t number : rest) {
      if (!moved) moved = lab.fact_after(base::EventKind::MigrationsFinished, number, fault);
    }
    REQUIRE(moved.has_value());
    CHECK(*moved - fault >= 400ms);
    CHECK(*moved - fault <= 1900ms);
  });
}

TEST_CASE("recorded data: two of five are killed at once and a tenth is lost", "[recorded][data]") {
  std::vector<double> partitions;
  std::vector<double> entries;
  for_each_run([&](Engine engine, std::uint64_t seed) {
    ClusterLab lab(options(engine, seed, 5, {1, 2}, fast_merge()));
    begin(lab, 5);
    const base::Instant fault = lab.now();
    lab.apply(FaultKind::Kill, {{3, 4}});
    REQUIRE(lab.until_agreed({1, 2, 5}, 10s));
    lab.run(8s);
    partitions.push_back(
        static_cast<double>(lab.sum(base::EventKind::PartitionsLost, {1, 2, 5}, 1, fault)));
    entries.push_back(lab.entries_of({1, 2, 5}));
    for (const std::uint32_t number : {1u, 2u, 5u}) CHECK(lab.gap_of(number) <= 1600);
  });
  check_all(partitions, {24, 34}, 8);
  check_all(entries, {1727, 1850}, 60);
}

TEST_CASE("recorded data: each side of a partition serves what it has, and all are back after",
          "[recorded][data]") {
  struct Split {
    std::uint32_t members;
    Numbers a, b;
    Range entries_a, entries_b;
    std::uint32_t winner;
  };
  const std::vector<Split> splits{
      {5, {1, 2}, {3, 4, 5}, {1354, 1454}, {1764, 1854}, 3},
      {5, {1}, {2, 3, 4, 5}, {757, 822}, {2000, 2000}, 2},
      {4, {1, 2}, {3, 4}, {1635, 1671}, {1639, 1690}, 1},
  };
  for (const Split& split : splits) {
    std::vector<double> entries_a;
    std::vector<double> entries_b;
    std::vector<double> merge_took;  // from MERGING until all was brought, ms
    for_each_run([&](Engine engine, std::uint64_t seed) {
      ClusterLab lab(options(engine, seed, split.members, up_to(split.members),
                             fast_heartbeat() + fast_merge()));
      begin(lab, split.members);
      const auto cut = lab.apply(FaultKind::Partition, {split.a, split.b});
      REQUIRE(lab.until_agreed(split.a, 60s));
      REQUIRE(lab.until_agreed(split.b, 60s));
      lab.run(12s);
      entries_a.push_back(lab.entries_of(split.a));
      entries_b.push_back(lab.entries_of(split.b));
      for (std::uint64_t key = 0; key < 100; ++key) {
        REQUIRE(lab.put(split.a.front(), 1000 + key, 1));
        REQUIRE(lab.put(split.b.front(), 2000 + key, 1));
      }
      REQUIRE(lab.put(split.a.front(), 7, split.a.front()));
      REQUIRE(lab.put(split.b.front(), 7, split.b.front()));
      const base::Instant healed = lab.now();
      lab.heal(cut);
      REQUIRE(lab.until_agreed(up_to(split.members), 120s));
      lab.run(12s);
      for (const std::uint32_t number : split.winner == 1 ? split.b : split.a) {
        const auto begun = lab.fact_after(base::EventKind::MergeStarted, number, healed);
        REQUIRE(begun.has_value());
        const auto ended = lab.fact_after(base::EventKind::DataMerged, number, *begun);
        REQUIRE(ended.has_value());
        merge_took.push_back(static_cast<double>((*ended - *begun).count()) / 1e6);
      }
      CHECK(lab.entries_of(up_to(split.members)) == 2000);
      for (std::uint64_t key = 0; key < 100; ++key) {
        CHECK(lab.get(split.b.front(), 1000 + key) == 1u);
        CHECK(lab.get(split.b.front(), 2000 + key) == 1u);
      }
      CHECK(lab.get(split.a.front(), 7) == split.winner);
    });
    INFO(split.a.size() << " | " << split.b.size());
    check_all(entries_a, split.entries_a, 80);
    check_all(entries_b, split.entries_b, 80);
    // Joining takes 20 ms here and took 60 to 170 ms there.
    check_all(merge_took, {1523, 9047}, 600);
  }
}

TEST_CASE("recorded data: a silent host is out of service for as long as it is listed",
          "[recorded][data]") {
  std::vector<double> gaps;
  for_each_run([&](Engine engine, std::uint64_t seed) {
    const std::uint32_t victim = seed % 2 == 0 ? 1 : 3;
    ClusterLab lab(options(engine, seed, 5, {1, 2}, fast_heartbeat() + fast_merge()));
    begin(lab, 5);
    lab.apply(FaultKind::PowerOff, {{victim}});
    const Numbers rest = others(5, {victim});
    REQUIRE(lab.until_agreed(rest, 60s));
    lab.run(8s);
    CHECK(lab.entries_of(rest) == 2000);
    // Everybody's key, or its backup, lies on the victim: its own key does.
    for (const std::uint32_t number : rest) gaps.push_back(lab.gap_of(number));
  });
  check_all(gaps, {8087, 12182}, 1000);
}

TEST_CASE("recorded data: a graceful shutdown moves its partitions first", "[recorded][data]") {
  for (const Engine engine : {Engine::Hz312, Engine::Hz53}) {
    std::vector<double> took;
    for (std::uint64_t seed = 1; seed <= 2 * Seeds; ++seed) {
      INFO(schemes::to_text(engine) << " seed " << seed);
      const std::uint32_t victim = seed % 2 == 0 ? 1 : 3;
      ClusterLab lab(options(engine, seed, 5, {1, 2}, fast_merge()));
      begin(lab, 5);
      const base::Instant fault = lab.now();
      lab.apply(FaultKind::Stop, {{victim}});
      const Numbers rest = others(5, {victim});
      REQUIRE(lab.until_agreed(rest, 10s));
      lab.run(6s);
      CHECK(lab.entries_of(rest) == 2000);
      CHECK(lab.sum(base::EventKind::PartitionsLost, up_to(5), 0, fault) == 0);
      const auto end = lab.fact_after(base::EventKind::ShutdownFinished, victim, fault);
      REQUIRE(end.has_value());
      took.push_back(static_cast<double>((*end - fault).count()) / 1e6);
      for (const std::uint32_t number : rest) CHECK(lab.gap_of(number) <= 1300);
    }
    check_all(took, engine == Engine::Hz53 ? Range{625, 1184} : Range{890, 1662}, 250);
  }
}

TEST_CASE("recorded data: a cut between two members that nobody removes stops them for good",
          "[recorded][data]") {
  std::vector<double> gaps;
  for_each_run([&](Engine engine, std::uint64_t seed) {
    ClusterLab lab(options(engine, seed, 4, up_to(4), fast_heartbeat() + fast_merge()));
    begin(lab, 4);
    lab.apply(FaultKind::Partition, {{2}, {3}});
    lab.run(60s);
    CHECK(lab.views({2, 3}) != "-");
    CHECK(lab.at(2).view.size() == 4);
    for (const std::uint32_t number : {2u, 3u}) gaps.push_back(lab.gap_of(number));
  });
  check_all(gaps, {59'000, 60'100}, 2000);
}

TEST_CASE("recorded data: a short silence stalls clients and changes nothing else",
          "[recorded][data]") {
  for_each_run([&](Engine engine, std::uint64_t seed) {
    ClusterLab lab(options(engine, seed, 5, up_to(5), fast_heartbeat() + fast_merge()));
    begin(lab, 5);
    const auto cut = lab.apply(FaultKind::Partition, {{1, 2}, {3, 4, 5}});
    lab.run(5s);
    lab.heal(cut);
    lab.run(20s);
    CHECK(lab.at(1).view.size() == 5);
    CHECK(lab.entries_of(up_to(5)) == 2000);
    // Recorded: 6.0 to 6.5 s, at times 0.
    for (const std::uint32_t number : up_to(5)) CHECK(lab.gap_of(number) <= 7500);
  });
}
