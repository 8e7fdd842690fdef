// Stories of what a cluster holds, over perfect links: use, lose, grow, split, merge, leave.
#include <catch2/catch.hpp>

#include "schemes/data/data_service.hpp"
#include "tests/support/fake_cluster.hpp"

using namespace std::chrono_literals;
using namespace splitscope::schemes;
using splitscope::base::EventKind;
using splitscope::tests::FakeCluster;
using splitscope::tests::FakeClusterOptions;
using Outcome = OperationResult::Outcome;

namespace {

const std::map<std::string, std::string> Fast{{"hazelcast.heartbeat.interval.seconds", "1"},
                                              {"hazelcast.max.no.heartbeat.seconds", "10"},
                                              {"hazelcast.merge.first.run.delay.seconds", "20"},
                                              {"hazelcast.merge.next.run.delay.seconds", "10"}};

// Members that hold data, and a client in each.
class DataCluster final : private OperationListener {
 public:
  explicit DataCluster(FakeClusterOptions options) : services(options.members, nullptr) {
    options.service = [this](splitscope::env::Environment environment, std::uint32_t index) {
      auto service = std::make_unique<DataService>(environment);
      services[index] = service.get();
      return service;
    };
    cluster.emplace(std::move(options));
  }

  void form(const std::vector<std::uint32_t>& members) {
    for (const std::uint32_t index : members) cluster->start(index);
    REQUIRE(cluster->run_until_agreed(members, 60s) >= 0);
    run(1s);
  }
  void run(splitscope::base::Duration duration) { cluster->world().run_for(duration); }
  std::optional<OperationResult> put(std::uint32_t at, std::uint64_t key, std::uint64_t value) {
    result_.reset();
    services[at]->put(key, value, *this);
    return await();
  }
  bool put_all(std::uint32_t at, std::uint64_t first, std::uint64_t count) {
    bool done = true;
    for (std::uint64_t key = first; key < first + count; ++key) {
      const auto result = put(at, key, key);
      done = done && result.has_value() && result->outcome == Outcome::Done;
    }
    return done;
  }
  std::optional<std::uint64_t> get(std::uint32_t at, std::uint64_t key) {
    result_.reset();
    services[at]->get(key, *this);
    const auto result = await();
    return result.has_value() ? result->value : std::nullopt;
  }
  std::size_t held(const std::vector<std::uint32_t>& members) {
    std::size_t count = 0;
    for (const std::uint32_t index : members) count += services[index]->owned_entry_count();
    return count;
  }
  std::uint32_t owned(std::uint32_t index) { return services[index]->owned_partition_count(); }
  void kill(std::uint32_t index) { cluster->host(index).kill(); }

  std::vector<DataService*> services;
  std::optional<FakeCluster> cluster;

 private:
  void on_operation(OperationId, const OperationResult& result) override { result_ = result; }
  std::optional<OperationResult> await() {
    cluster->world().run_until([this] { return result_.has_value(); }, 70s);
    return result_;
  }
  std::optional<OperationResult> result_;
};

}  // namespace

TEST_CASE("what one member writes, all read", "[schemes][data]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  DataCluster t({.members = 3, .engine = engine});
  t.form({0, 1, 2});
  REQUIRE(t.put_all(1, 0, 100));
  for (std::uint64_t key = 0; key < 100; ++key) {
    for (const std::uint32_t reader : {0u, 1u, 2u}) CHECK(t.get(reader, key) == key);
  }
  CHECK_FALSE(t.get(0, 4711).has_value());
  CHECK(t.owned(0) + t.owned(1) + t.owned(2) == 271);
  CHECK(t.held({0, 1, 2}) == 100);
}

TEST_CASE("a cluster that nobody asks for data says nothing about data", "[schemes][data]") {
  DataCluster t({.members = 3});
  std::uint32_t data_messages = 0;
  for (const std::uint32_t index : {0u, 1u, 2u}) {
    t.cluster->host(index).filter = [&](const splitscope::base::Message& frame) {
      const auto header = splitscope::wire::read_frame_header(frame.bytes());
      if (header && is_about_data(static_cast<MessageType>(header->type))) ++data_messages;
      return true;
    };
  }
  t.form({0, 1, 2});
  t.kill(2);
  t.run(120s);
  CHECK(data_messages == 0);
  CHECK(t.put_all(1, 0, 1));
  CHECK(data_messages > 0);
}

TEST_CASE("what a lost member owned, its backup owns, and another backs up", "[schemes][data]") {
  DataCluster t({.members = 3});
  t.form({0, 1, 2});
  REQUIRE(t.put_all(0, 0, 300));
  t.kill(2);
  REQUIRE(t.cluster->run_until_agreed({0, 1}, 10s) >= 0);
  t.run(5s);
  CHECK(t.held({0, 1}) == 300);
  // All are backed up again: so the next loss loses nothing either.
  t.kill(1);
  REQUIRE(t.cluster->run_until_agreed({0}, 10s) >= 0);
  t.run(1s);
  CHECK(t.held({0}) == 300);
  CHECK(t.get(0, 299) == 299u);
}

TEST_CASE("the master is killed while it has partitions moved, and nothing is lost",
          "[schemes][data]") {
  const std::int64_t after_ms = GENERATE(50, 150, 250, 400);
  DataCluster t({.members = 4, .well_known = {0, 1}, .seed = 3});
  t.form({0, 1, 2});
  REQUIRE(t.put_all(1, 0, 300));
  t.cluster->start(3);
  REQUIRE(t.cluster->run_until_agreed({0, 1, 2, 3}, 30s) >= 0);
  t.run(std::chrono::milliseconds{after_ms});
  t.kill(0);
  REQUIRE(t.cluster->run_until_agreed({1, 2, 3}, 30s) >= 0);
  t.run(5s);
  CHECK(t.held({1, 2, 3}) == 300);
  for (std::uint64_t key = 0; key < 300; ++key) REQUIRE(t.get(3, key) == key);
  CHECK(t.owned(1) + t.owned(2) + t.owned(3) == 271);
}

TEST_CASE("a newcomer gets its share", "[schemes][data]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  DataCluster t({.members = 3, .engine = engine});
  t.form({0, 1});
  REQUIRE(t.put_all(0, 0, 300));
  t.cluster->start(2);
  REQUIRE(t.cluster->run_until_agreed({0, 1, 2}, 30s) >= 0);
  t.run(5s);
  for (const std::uint32_t index : {0u, 1u, 2u}) {
    CHECK(t.owned(index) >= 90);
    CHECK(t.owned(index) <= 91);
  }
  CHECK(t.held({0, 1, 2}) == 300);
  CHECK(t.get(2, 7) == 7u);
}

TEST_CASE("writes go on while partitions move", "[schemes][data]") {
  DataCluster t({.members = 4, .well_known = {0, 1}});
  t.form({0, 1, 2});
  REQUIRE(t.put_all(0, 0, 50));
  t.cluster->start(3);
  std::uint64_t key = 50;
  while (!t.cluster->agreed({0, 1, 2, 3}) || key < 400) REQUIRE(t.put_all(1, key++, 1));
  t.run(5s);
  CHECK(t.held({0, 1, 2, 3}) == key);
}

TEST_CASE("a member that leaves gracefully hands over what it holds first", "[schemes][data]") {
  const std::uint32_t leaver = GENERATE(0u, 2u);
  DataCluster t({.members = 3});
  t.form({0, 1, 2});
  REQUIRE(t.put_all(1, 0, 300));
  t.cluster->host(leaver).program()->shut_down();
  t.run(10s);
  CHECK_FALSE(t.cluster->host(leaver).is_running());
  CHECK(t.cluster->host(leaver).exited() == splitscope::env::ProgramHost::Exit::Graceful);
  const std::uint32_t other = leaver == 0 ? 2 : 0;
  REQUIRE(t.cluster->run_until_agreed({1, other}, 10s) >= 0);
  t.run(1s);
  CHECK(t.held({1, other}) == 300);
  for (const std::uint32_t index : {1u, other}) {
    CHECK(t.cluster->host(index).count(EventKind::PartitionsLost) == 0);
  }
}

TEST_CASE("a backup that missed a write is brought up to date", "[schemes][data]") {
  DataCluster t({.members = 2});
  t.form({0, 1});
  REQUIRE(t.put_all(0, 0, 20));
  for (const std::uint32_t index : {0u, 1u}) {
    t.cluster->host(index).filter = [](const splitscope::base::Message& frame) {
      const auto header = splitscope::wire::read_frame_header(frame.bytes());
      return header->type != static_cast<std::uint16_t>(MessageType::Backup);
    };
  }
  // The owner has it; its backup does not answer in time.
  const auto result = t.put(0, 99, 7);
  REQUIRE(result.has_value());
  CHECK(result->outcome == Outcome::Done);
  CHECK_FALSE(result->is_acknowledged);
  t.run(35s);
  const std::uint32_t owner = t.services[0]->owned_entry(99).has_value() ? 0 : 1;
  t.kill(owner);
  REQUIRE(t.cluster->run_until_agreed({1 - owner}, 10s) >= 0);
  t.run(1s);
  CHECK(t.get(1 - owner, 99) == 7u);
}

TEST_CASE("a minority may not write where split-brain protection says so", "[schemes][data]") {
  DataCluster t({.members = 3, .properties = Fast, .data = {.split_brain_protection_size = 2}});
  t.form({0, 1, 2});
  REQUIRE(t.put_all(0, 0, 10));
  t.cluster->cut({0, 1}, {2});
  REQUIRE(t.cluster->run_until_agreed({2}, 30s) >= 0);
  REQUIRE(t.cluster->run_until_agreed({0, 1}, 30s) >= 0);
  t.run(2s);
  CHECK(t.put(2, 5, 50)->outcome == Outcome::NoQuorum);
  CHECK(t.put(0, 5, 51)->outcome == Outcome::Done);
}

TEST_CASE("the merge policy decides what becomes of a key that both sides wrote",
          "[schemes][data]") {
  struct Case {
    MergePolicy policy;
    std::optional<std::uint64_t> common;  // after the merge
    std::optional<std::uint64_t> of_loser;
  };
  const Case expected =
      GENERATE(Case{MergePolicy::PutIfAbsent, 1, 3}, Case{MergePolicy::LatestUpdate, 2, 3},
               Case{MergePolicy::PassThrough, 2, 3}, Case{MergePolicy::Discard, 1, std::nullopt});
  DataCluster t({.members = 3, .properties = Fast, .data = {.merge_policy = expected.policy}});
  t.form({0, 1, 2});
  REQUIRE(t.put_all(0, 1000, 50));
  t.cluster->cut({0, 1}, {2});
  REQUIRE(t.cluster->run_until_agreed({2}, 30s) >= 0);
  REQUIRE(t.cluster->run_until_agreed({0, 1}, 30s) >= 0);
  t.run(5s);
  t.put(0, 7, 1);
  t.run(1s);
  t.put(2, 7, 2);
  t.put(2, 8, 3);
  t.cluster->world().heal();
  REQUIRE(t.cluster->run_until_agreed({0, 1, 2}, 60s) >= 0);
  t.run(10s);
  CHECK(t.get(2, 7) == expected.common);
  CHECK(t.get(2, 8) == expected.of_loser);
  CHECK(t.get(2, 1049) == 1049u);
}

TEST_CASE("an operation fails when its time is up", "[schemes][data]") {
  DataCluster t(
      {.members = 2, .properties = {{"hazelcast.operation.call.timeout.millis", "3000"}}});
  t.form({0, 1});
  REQUIRE(t.put_all(0, 0, 20));
  // A key of the other member's; it stays listed for a minute.
  std::uint64_t key = 0;
  while (t.services[0]->owned_entry(key).has_value()) ++key;
  t.cluster->cut({0}, {1});
  const auto begun = t.cluster->world().now();
  CHECK(t.put(0, key, 1)->outcome == Outcome::TimedOut);
  const bool took_its_time = t.cluster->world().now() - begun == 3s;
  CHECK(took_its_time);
}

TEST_CASE("so many operations are under way, and no more", "[schemes][data]") {
  struct Counter final : OperationListener {
    void on_operation(OperationId, const OperationResult& result) override {
      if (result.outcome == Outcome::Refused) ++refused;
    }
    std::uint32_t refused = 0;
  } counter;
  DataCluster t({.members = 1, .well_known = {0}});
  t.form({0});
  t.put(0, 1, 1);
  for (std::size_t i = 0; i < Invocations::PendingCountMax; ++i) t.services[0]->put(i, i, counter);
  t.services[0]->put(1, 1, counter);
  t.run(1ms);
  CHECK(counter.refused == 1);
}
