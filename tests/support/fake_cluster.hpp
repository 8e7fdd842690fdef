// Members in a FakeWorld, for story tests of the membership protocol: each on a host of its own,
// 10.0.0.1 and up, with a fixed list of addresses to ask.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "schemes/membership/address_joiner.hpp"
#include "schemes/membership/cluster_node.hpp"
#include "tests/support/fake_environment.hpp"

namespace splitscope::tests {

// Answers its list at once, and keeps what it learns if told to.
class FixedDiscovery final : public schemes::Discovery {
 public:
  FixedDiscovery(env::Environment environment, std::vector<base::Endpoint> list, bool keeps)
      : timer_(environment.timers, base::Callback::to<&FixedDiscovery::answer>(*this)),
        list_(std::move(list)),
        keeps_(keeps) {}
  void start(base::Endpoint self, schemes::CandidateHandler& handler) override {
    handler_ = &handler;
    self_ = self;
    std::erase(list_, self);
  }
  void refresh() override { timer_.arm_after(base::Duration::zero()); }
  std::span<const base::Endpoint> candidates() const override { return list_; }
  void learn(base::Endpoint member, schemes::LearnedFrom) override {
    const bool is_new = std::find(list_.begin(), list_.end(), member) == list_.end();
    if (keeps_ && is_new && member != self_) list_.push_back(member);
  }
  void forget(base::Endpoint) override {}

 private:
  void answer() { handler_->on_candidates(list_); }
  env::Timer timer_;
  std::vector<base::Endpoint> list_;
  bool keeps_;
  base::Endpoint self_;
  schemes::CandidateHandler* handler_ = nullptr;
};

struct FakeClusterOptions {
  std::uint32_t members = 3;
  std::vector<std::uint32_t> well_known{0, 1};
  schemes::Engine engine = schemes::Engine::Hz53;
  std::map<std::string, std::string> properties;
  bool keeps_addresses = true;
  std::uint64_t seed = 1;
  schemes::PlantedBugs bugs;
  schemes::DataConfig data;
  // What each member does beside membership; none by default.
  std::function<std::unique_ptr<schemes::MemberService>(env::Environment, std::uint32_t)> service;
};

class FakeCluster {
 public:
  explicit FakeCluster(FakeClusterOptions options)
      : options_(std::move(options)), world_(options_.seed) {
    for (std::uint32_t i = 0; i < options_.members; ++i) world_.add_host(address(i));
    nodes_.resize(options_.members, nullptr);
    names_.resize(options_.members, "dev");
  }

  static base::Ipv4 address(std::uint32_t index) {
    return base::Ipv4{base::ipv4(10, 0, 0, 1).value + index};
  }
  static base::Endpoint endpoint(std::uint32_t index) { return {address(index), 5701}; }
  FakeWorld& world() { return world_; }
  FakeHost& host(std::uint32_t index) { return *world_.find(address(index)); }
  // None when it does not run.
  const schemes::ClusterNode* node(std::uint32_t index) {
    return host(index).is_running() ? nodes_[index] : nullptr;
  }
  void set_name(std::uint32_t index, std::string name) { names_[index] = std::move(name); }
  schemes::Version version{5, 3, 8};

  void start(std::uint32_t index) {
    schemes::NodeConfig config;
    config.settings =
        *schemes::resolve_settings({.engine = options_.engine, .wso2 = false}, options_.properties);
    config.cluster_name = names_[index];
    config.version = version;
    config.bugs = options_.bugs;
    config.settings.data = options_.data;
    FakeHost& machine = host(index);
    std::vector<base::Endpoint> list;
    for (const std::uint32_t member : options_.well_known) list.push_back(endpoint(member));
    auto joiner = std::make_unique<schemes::AddressJoiner>(
        machine.environment(),
        std::make_unique<FixedDiscovery>(machine.environment(), list, options_.keeps_addresses),
        schemes::JoinerKind::TcpIp);
    auto service = options_.service ? options_.service(machine.environment(), index) : nullptr;
    auto node = std::make_unique<schemes::ClusterNode>(
        machine.environment(), machine, std::move(config), std::move(joiner), std::move(service));
    nodes_[index] = node.get();
    machine.run(std::move(node));
  }
  void start_all() {
    for (std::uint32_t i = 0; i < options_.members; ++i) start(i);
  }

  // The named members, all running, hold one list of exactly themselves.
  bool agreed(const std::vector<std::uint32_t>& members) {
    const schemes::ClusterNode* first = node(members.front());
    if (first == nullptr || !first->is_joined()) return false;
    if (first->view().size() != members.size()) return false;
    for (const std::uint32_t index : members) {
      const schemes::ClusterNode* other = node(index);
      if (other == nullptr || !other->is_joined() || other->view() != first->view()) return false;
      if (!first->view().contains(other->uuid())) return false;
    }
    return true;
  }
  // Seconds until they agree, or a negative number.
  double run_until_agreed(const std::vector<std::uint32_t>& members, base::Duration limit) {
    const base::Instant begin = world_.now();
    if (!world_.run_until([&] { return agreed(members); }, limit)) return -1;
    return std::chrono::duration<double>(world_.now() - begin).count();
  }
  void cut(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right) {
    for (const std::uint32_t a : left) {
      for (const std::uint32_t b : right) world_.cut(address(a), address(b));
    }
  }
  // "1>2>3" as the member sees it, oldest first; names count from 1.
  std::string seen_by(std::uint32_t index) {
    const schemes::ClusterNode* member = node(index);
    if (member == nullptr) return "not running";
    if (!member->is_joined()) return "not joined";
    std::string text;
    for (const schemes::MemberInfo& info : member->view().members()) {
      if (!text.empty()) text += '>';
      text += std::to_string(info.endpoint.address.value - address(0).value + 1);
    }
    return text;
  }

 private:
  FakeClusterOptions options_;
  FakeWorld world_;
  std::vector<const schemes::ClusterNode*> nodes_;
  std::vector<std::string> names_;
};

}  // namespace splitscope::tests
