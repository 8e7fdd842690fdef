#include "schemes/multicast/multicast_joiner.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/fake_environment.hpp"

namespace splitscope::schemes {
namespace {

using base::Endpoint;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using tests::FakeHost;
using tests::FakeWorld;

// A node that is nothing but its joiner: masters admit whoever knocks, after 5 s.
class BareNode final : public env::Program, public JoinerHost {
 public:
  BareNode(FakeWorld& world, FakeHost& host, std::string cluster_name, Settings settings)
      : joiner(host.environment(), {.multicast = settings.multicast, .base_port = 5701}),
        world_(world),
        host_(host),
        cluster_name_(std::move(cluster_name)),
        settings_(std::move(settings)),
        encoder_(host.messages()),
        uuid_(static_cast<env::Random&>(host).uuid()) {}

  void start() override {
    joiner.start(*this);
    joiner.join(std::nullopt);
  }
  void shut_down() override { joiner.stop(); }

  const Settings& settings() const override { return settings_; }
  Endpoint self() const override { return {host_.address(), 5701}; }
  base::Uuid uuid() const override { return uuid_; }
  MessageEncoder& encoder() override { return encoder_; }
  JoinMessage join_message() const override {
    JoinMessage message;
    message.endpoint = self();
    message.uuid = uuid_;
    message.cluster_name = cluster_name_;
    message.joiner = JoinerKind::Multicast;
    return message;
  }
  SplitBrainCheck split_brain_message() override {
    SplitBrainCheck check;
    check.from = join_message();
    check.members = {self()};
    check.data_member_count = 1;
    return check;
  }
  bool is_joined() const override { return joined_to.has_value(); }
  bool is_master() const override { return joined_to == self(); }
  bool is_member(Endpoint endpoint) const override { return endpoint == self(); }
  std::optional<Endpoint> master_to_join() const override { return master_; }
  void set_master_to_join(std::optional<Endpoint> master) override { master_ = master; }
  void become_master() override { joined_to = self(); }
  bool is_connected(Endpoint) const override { return false; }
  bool connect(Endpoint) override { return false; }
  void send_who_is_master(Endpoint) override {}
  void send_mastership_claim(Endpoint, std::uint32_t) override {}
  void on_discovery_failed() override {}
  void on_join_ended() override { ended_at = world_.now(); }
  void check_merge(Endpoint target) override { checks.push_back(target); }
  void on_search_ended() override { search_ended_at = world_.now(); }

  void send_join_request(Endpoint master) override {
    ++knock_count;
    FakeHost* target = world_.find(master.address);
    if (target == nullptr || !target->is_running()) return joiner.on_unreachable(master);
    if (knock_count > 1 || !is_admitted) return;
    FakeHost* own = &host_;
    world_.at(world_.now() + std::chrono::seconds{5}, [own, master] {
      auto* node = static_cast<BareNode*>(own->program());
      if (node == nullptr || node->is_joined()) return;
      node->joined_to = master;
      node->joiner.on_joined();
    });
  }

  MulticastJoiner joiner;
  std::optional<Endpoint> joined_to;
  std::optional<base::Instant> ended_at;
  std::optional<base::Instant> search_ended_at;
  std::vector<Endpoint> checks;
  int knock_count = 0;
  bool is_admitted = true;

 private:
  FakeWorld& world_;
  FakeHost& host_;
  std::string cluster_name_;
  Settings settings_;
  MessageEncoder encoder_;
  base::Uuid uuid_;
  std::optional<Endpoint> master_;
};

struct Group {
  explicit Group(std::uint64_t seed = 1) : world(seed) {
    for (std::uint8_t i = 1; i <= 6; ++i) world.add_host(base::ipv4(10, 0, 0, i));
  }
  FakeHost& host(std::uint8_t number) { return *world.find(base::ipv4(10, 0, 0, number)); }
  BareNode& node(std::uint8_t number) { return *static_cast<BareNode*>(host(number).program()); }
  void start(std::uint8_t number, std::string name = "dev", Settings settings = plain()) {
    FakeHost& machine = host(number);
    machine.run(std::make_unique<BareNode>(world, machine, std::move(name), std::move(settings)));
  }
  static Settings plain() { return *resolve_settings(ClusterConfig{}); }
  static Settings wso2() {
    ClusterConfig config;
    config.wso2 = true;
    config.multicast.timeout = 60s;
    return *resolve_settings(config);
  }
  std::size_t master_count(std::uint8_t count) {
    std::size_t masters = 0;
    for (std::uint8_t i = 1; i <= count; ++i) {
      if (node(i).is_master()) ++masters;
    }
    return masters;
  }
  static Endpoint endpoint(std::uint8_t number) { return {base::ipv4(10, 0, 0, number), 5701}; }

  FakeWorld world;
};

base::Duration since_start(base::Instant instant) {
  return instant - base::RunStart;
}

}  // namespace

TEST_CASE("a lone node is its own master after about two seconds", "[schemes][multicast]") {
  Group group;
  group.start(1);
  group.world.run_for(10s);
  REQUIRE(group.node(1).is_master());
  CHECK(since_start(*group.node(1).ended_at) > 1500ms);
  CHECK(since_start(*group.node(1).ended_at) < 2900ms);
}

TEST_CASE("a lone node under WSO2 searches for about a minute", "[schemes][multicast]") {
  Group group;
  group.start(1, "dev", Group::wso2());
  group.world.run_for(50s);
  CHECK_FALSE(group.node(1).is_joined());
  group.world.run_for(20s);
  CHECK(group.node(1).is_master());
}

TEST_CASE("a joiner finds a running master by its first questions", "[schemes][multicast]") {
  Group group;
  group.start(1);
  group.world.run_for(5s);
  group.start(2);
  group.world.run_for(300ms);
  CHECK(group.node(2).joiner.state_name() == "knocking");
  group.world.run_for(6s);
  CHECK(group.node(2).joined_to == Group::endpoint(1));
  // One knock each second, and the first at once.
  CHECK(group.node(2).knock_count >= 5);
}

TEST_CASE("nodes that start together agree on one master", "[schemes][multicast]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    Group group(seed);
    for (std::uint8_t i = 1; i <= 5; ++i) group.start(i);
    group.world.run_for(30s);
    CHECK(group.master_count(5) == 1);
    for (std::uint8_t i = 2; i <= 5; ++i) {
      CHECK(group.node(i).joined_to.has_value());
    }
  }
}

TEST_CASE("blocked multicast leaves every node alone, without an error", "[schemes][multicast]") {
  Group group;
  group.world.cut(base::ipv4(10, 0, 0, 1), base::ipv4(10, 0, 0, 2));
  group.start(1);
  group.start(2);
  group.world.run_for(10s);
  CHECK(group.master_count(2) == 2);
}

TEST_CASE("a node of another cluster name is neither answered nor raced", "[schemes][multicast]") {
  Group group;
  group.start(1, "blue");
  group.world.run_for(5s);
  group.start(2, "green");
  group.world.run_for(10s);
  CHECK(group.master_count(2) == 2);
  CHECK(group.node(1).joiner.stranger_count() > 10);
}

TEST_CASE("a master that dies after its answer does not hold the joiner up",
          "[schemes][multicast]") {
  Group group;
  group.start(1);
  group.world.run_for(5s);
  group.start(2);
  // The answer comes after two hops; the first knock waits for the second question.
  group.world.run_for(1ms);
  group.host(1).kill();
  group.world.run_for(20s);
  CHECK(group.node(2).is_master());
}

TEST_CASE("knocking at a master that never admits ends after thirty seconds",
          "[schemes][multicast]") {
  Group group;
  group.start(1);
  group.world.run_for(5s);
  group.start(2);
  group.world.run_for(1ms);
  group.node(2).is_admitted = false;
  group.world.run_for(1s);
  REQUIRE(group.node(2).joiner.state_name() == "knocking");
  group.host(1).pause();
  group.world.run_for(28s);
  CHECK(group.node(2).joiner.state_name() == "knocking");
  group.world.run_for(2s);
  CHECK(group.node(2).joiner.state_name() == "asking");
  group.world.run_for(3s);
  CHECK(group.node(2).is_master());
}

TEST_CASE("noise on the group is counted and does no harm", "[schemes][multicast]") {
  Group group;
  group.start(1);
  group.world.run_for(1ms);
  const std::vector<std::byte> noise(40, std::byte{0x5a});
  const env::MulticastOptions options{.group = MulticastConfig{}.group};
  group.host(2).send_multicast(options, group.world.messages().make(noise));
  group.world.run_for(10s);
  CHECK(group.node(1).joiner.malformed_count() == 1);
  CHECK(group.node(1).is_master());
}

TEST_CASE("a search that hears nobody ends after three seconds", "[schemes][multicast]") {
  Group group;
  group.start(1);
  group.world.run_for(10s);
  group.node(1).joiner.search();
  group.world.run_for(2900ms);
  CHECK_FALSE(group.node(1).search_ended_at);
  group.world.run_for(200ms);
  CHECK(group.node(1).search_ended_at);
  CHECK(group.node(1).checks.empty());
}

TEST_CASE("masters of two halves find each other once either searches", "[schemes][multicast]") {
  Group group;
  group.world.cut(base::ipv4(10, 0, 0, 1), base::ipv4(10, 0, 0, 2));
  group.start(1);
  group.start(2);
  group.world.run_for(10s);
  REQUIRE(group.master_count(2) == 2);
  group.world.heal();
  group.world.run_for(1s);

  group.node(1).joiner.search();
  group.world.run_for(5s);
  CHECK(group.node(1).search_ended_at);
  group.node(2).joiner.search();
  REQUIRE(group.node(2).checks == std::vector{Group::endpoint(1)});
  group.node(2).joiner.on_merge_checked(Group::endpoint(1), MergeCheck::LocalShouldMerge);
  CHECK(group.node(2).joiner.state_name() == "idle");
  CHECK_FALSE(group.node(2).search_ended_at);
}

TEST_CASE("the side that stays announces itself again", "[schemes][multicast]") {
  Group group;
  group.world.cut(base::ipv4(10, 0, 0, 1), base::ipv4(10, 0, 0, 2));
  group.start(1);
  group.start(2);
  group.world.run_for(10s);
  group.world.heal();
  group.world.run_for(1s);
  group.node(1).joiner.search();
  group.node(2).joiner.search();
  group.world.run_for(1ms);
  REQUIRE(group.node(1).checks.size() == 1);
  group.node(1).joiner.on_merge_checked(Group::endpoint(2), MergeCheck::RemoteShouldMerge);
  group.world.run_for(1ms);
  // It was heard, and is next in line.
  group.node(2).joiner.on_merge_checked(Group::endpoint(1), MergeCheck::NoAnswer);
  CHECK(group.node(2).checks.size() == 2);
}

TEST_CASE("a stopped joiner answers nobody", "[schemes][multicast]") {
  Group group;
  group.start(1);
  group.world.run_for(5s);
  group.node(1).shut_down();
  group.start(2);
  group.world.run_for(10s);
  CHECK(group.node(2).is_master());
}

TEST_CASE("a merge joins its target without asking the group", "[schemes][multicast]") {
  Group group;
  group.start(1);
  group.start(2);
  group.world.run_for(20s);
  BareNode& node = group.node(1).is_master() ? group.node(2) : group.node(1);
  const Endpoint target = *node.joined_to;
  node.joined_to.reset();
  node.knock_count = 0;
  node.joiner.join(target);
  CHECK(node.joiner.state_name() == "knocking");
  group.world.run_for(7s);
  CHECK(node.joined_to == target);
}

TEST_CASE("by multicast nobody votes", "[schemes][multicast]") {
  Group group;
  group.start(1);
  group.world.run_for(1ms);
  CHECK_FALSE(group.node(1).joiner.vote(Group::endpoint(2)));
  CHECK(group.node(1).joiner.kind() == JoinerKind::Multicast);
}

}  // namespace splitscope::schemes
