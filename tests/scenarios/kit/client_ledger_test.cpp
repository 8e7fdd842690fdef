#include "scenarios/kit/client_ledger.hpp"

#include <catch2/catch.hpp>

namespace splitscope::scenarios {
namespace {

using namespace std::chrono_literals;
using End = ClientLedger::RequestEnd;

base::Instant at(base::Duration time) {
  return base::RunStart + time;
}

struct Held final : HeldValues {
  std::map<std::uint64_t, std::vector<std::uint64_t>> values;
  std::vector<std::uint64_t> values_of(std::uint64_t key) const override {
    const auto found = values.find(key);
    return found == values.end() ? std::vector<std::uint64_t>{} : found->second;
  }
};

}  // namespace

TEST_CASE("a value is stale when a later write was acknowledged before", "[scenarios][clients]") {
  ClientLedger ledger;
  const auto first = ledger.begin_write(7, at(1s));
  ledger.acknowledge(7, first, at(2s));
  const auto second = ledger.begin_write(7, at(3s));
  CHECK_FALSE(ledger.is_stale(7, first, at(4s)));
  ledger.acknowledge(7, second, at(5s));
  // A read that began before the acknowledgement may see either.
  CHECK_FALSE(ledger.is_stale(7, first, at(4s)));
  CHECK(ledger.is_stale(7, first, at(6s)));
  CHECK_FALSE(ledger.is_stale(7, second, at(6s)));
}

TEST_CASE("overlapping writes may take effect in either order", "[scenarios][clients]") {
  ClientLedger ledger;
  const auto first = ledger.begin_write(7, at(1s));
  const auto second = ledger.begin_write(7, at(2s));
  ledger.acknowledge(7, second, at(3s));
  ledger.acknowledge(7, first, at(4s));
  CHECK_FALSE(ledger.is_stale(7, first, at(5s)));
  CHECK_FALSE(ledger.is_stale(7, second, at(5s)));
}

TEST_CASE("a write that nobody was told of may take effect at any time", "[scenarios][clients]") {
  ClientLedger ledger;
  const auto silent = ledger.begin_write(7, at(1s));
  const auto told = ledger.begin_write(7, at(2s));
  ledger.acknowledge(7, told, at(3s));
  CHECK_FALSE(ledger.is_stale(7, silent, at(9s)));
}

TEST_CASE("no value is stale once a write was acknowledged", "[scenarios][clients]") {
  ClientLedger ledger;
  CHECK_FALSE(ledger.is_stale(7, std::nullopt, at(1s)));
  const auto value = ledger.begin_write(7, at(1s));
  CHECK_FALSE(ledger.is_stale(7, std::nullopt, at(2s)));
  ledger.acknowledge(7, value, at(2s));
  CHECK(ledger.is_stale(7, std::nullopt, at(3s)));
}

TEST_CASE("availability is the share of requests that were answered correctly",
          "[scenarios][clients]") {
  ClientLedger ledger;
  CHECK(ledger.metrics().availability_ppm() == 1'000'000);
  ledger.end_request({base::NodeId{0}, 7, at(1s)}, End::Failed, at(3s));
  ledger.begin_window(at(4s));
  // It began before the window.
  ledger.end_request({base::NodeId{0}, 7, at(3s)}, End::Failed, at(5s));
  ledger.end_request({base::NodeId{0}, 7, at(4s)}, End::Answered, at(5s));
  ledger.end_request({base::NodeId{0}, 7, at(5s)}, End::Stale, at(6s));
  ledger.end_request({base::NodeId{0}, 7, at(6s)}, End::Failed, at(8s));
  ledger.end_request({base::NodeId{0}, 7, at(7s)}, End::Answered, at(7s));
  CHECK(ledger.metrics().requests == 4);
  CHECK(ledger.metrics().stale_reads == 1);
  CHECK(ledger.metrics().availability_ppm() == 500'000);
}

TEST_CASE("a gap lasts from the first failed request to the next good one",
          "[scenarios][clients]") {
  ClientLedger ledger;
  const base::NodeId client{2};
  ledger.end_request({client, 7, at(1s)}, End::Answered, at(1200ms));
  CHECK(ledger.gap_of(client, at(2s)) == 200ms);
  ledger.end_request({client, 7, at(2s)}, End::Failed, at(4s));
  // It began before the one that failed.
  ledger.end_request({client, 7, at(1500ms)}, End::Answered, at(1510ms));
  ledger.end_request({client, 7, at(3s)}, End::Failed, at(5s));
  CHECK(ledger.gap_of(client, at(5s)) == 3s);
  ledger.end_request({client, 7, at(6s)}, End::Answered, at(6s));
  CHECK(ledger.gap_of(client, at(99s)) == 4s);
  CHECK(ledger.gap_of(base::NodeId{1}, at(99s)) == 0s);
}

TEST_CASE("a failed request that a later one overtook is a gap until that one began",
          "[scenarios][clients]") {
  ClientLedger ledger;
  const base::NodeId client{2};
  ledger.end_request({client, 7, at(1500ms)}, End::Answered, at(1510ms));
  ledger.end_request({client, 7, at(2s)}, End::Answered, at(2010ms));
  ledger.end_request({client, 7, at(1s)}, End::Failed, at(3s));
  CHECK(ledger.gap_of(client, at(9s)) == 500ms);
}

TEST_CASE("lost are entries that nobody holds and writes newer than what is held",
          "[scenarios][clients]") {
  ClientLedger ledger;
  ledger.acknowledge_entry(1);
  ledger.acknowledge_entry(2);
  const auto first = ledger.begin_write(7, at(1s));
  ledger.acknowledge(7, first, at(2s));
  const auto second = ledger.begin_write(7, at(3s));
  ledger.acknowledge(7, second, at(4s));
  Held held;
  held.values = {{1, {10}}, {2, {20}}, {7, {second}}};
  CHECK(ledger.finish(held, at(9s)).lost_writes == 0);
  held.values[7] = {first};
  CHECK(ledger.finish(held, at(9s)).lost_writes == 1);
  // Two clusters: the newer value still exists.
  held.values[7] = {first, second};
  CHECK(ledger.finish(held, at(9s)).lost_writes == 0);
  held.values.erase(7);
  held.values.erase(2);
  CHECK(ledger.finish(held, at(9s)).lost_writes == 3);
  CHECK(ledger.finish(held, at(9s)).entries == 2);
}

TEST_CASE("of each key so many writes are remembered", "[scenarios][clients]") {
  ClientLedger ledger;
  const auto first = ledger.begin_write(7, at(1s));
  ledger.acknowledge(7, first, at(1s));
  for (std::size_t i = 0; i < ClientLedger::WritesKeptMax; ++i) {
    const auto value = ledger.begin_write(7, at(2s));
    ledger.acknowledge(7, value, at(3s));
  }
  CHECK(ledger.is_stale(7, first, at(4s)));
}

}  // namespace splitscope::scenarios
