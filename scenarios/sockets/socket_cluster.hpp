// The machines of a run on real sockets: hosts of a lab, a process of some MemberKind a member,
// and the line to each. SocketWorld tells it what to do; it knows nothing of scripts, conditions or
// metrics.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/lab/lab.hpp"
#include "scenarios/kit/member_overrides.hpp"
#include "scenarios/kit/world.hpp"
#include "scenarios/node/fact_line.hpp"
#include "scenarios/sockets/member_link.hpp"
#include "schemes/registry/registry.hpp"

namespace splitscope::scenarios {

class MemberKind;

// What members report, and what becomes of them.
class ClusterEvents {
 public:
  virtual void on_member_fact(const base::TraceEvent& fact) = 0;
  // It has sent a message of a type that it was asked to watch.
  virtual void on_member_message(base::NodeId node, std::uint16_t type) = 0;
  // It believes something else than before.
  virtual void on_member_state(base::NodeId node) = 0;
  // Its process is gone. `words` is what it said last, where it ended with an error.
  virtual void on_member_ended(base::NodeId node, lab::ExitStatus status, std::string words) = 0;
  // Its control socket answers: from now on it can be asked.
  virtual void on_member_reached(base::NodeId node) = 0;
  virtual void on_answer(base::NodeId node, const MemberLink::Asked& asked,
                         std::string_view line) = 0;

 protected:
  ~ClusterEvents() = default;
};

struct SocketClusterOptions {
  std::uint64_t seed = 1;
  const MemberKind* kind = nullptr;  // what its members are; outlives the cluster
};

class SocketCluster {
 public:
  static constexpr std::uint32_t MembersMax = 200;

  // `lab` and `events` outlive *this.
  SocketCluster(lab::Lab& lab, SocketClusterOptions options, ClusterEvents& events);
  ~SocketCluster();
  SocketCluster(const SocketCluster&) = delete;
  SocketCluster& operator=(const SocketCluster&) = delete;

  base::Result<void> set_network(const NetworkSpec& network);
  base::Result<ClusterId> add_cluster(const ClusterSpec& spec);
  const ClusterSpec& spec(ClusterId cluster) const { return clusters_[cluster.value]->spec; }
  ClusterBounds bounds(ClusterId cluster) const;
  std::vector<base::NodeId> members(ClusterId cluster) const;

  base::Ipv4 address(base::NodeId node) const;
  bool is_on(base::NodeId node) const { return lab_.is_on(members_[node.value]->host); }
  bool is_running(base::NodeId node) const { return members_[node.value]->process != nullptr; }
  bool is_paused(base::NodeId node) const { return members_[node.value]->paused; }
  base::Incarnation incarnation(base::NodeId node) const {
    return members_[node.value]->incarnation;
  }
  MemberOverrides& overrides(base::NodeId node) { return members_[node.value]->overrides; }
  // In force from the next start.
  void change_address(base::NodeId node, base::Ipv4 address);

  // A new life of the member, its host turned on first if need be. Nothing if it runs.
  base::Result<void> start(base::NodeId node);
  // By SIGKILL, and told at once.
  void kill(base::NodeId node);
  // Gracefully, by SIGTERM.
  void shut_down(base::NodeId node);
  void pause(base::NodeId node);
  void resume(base::NodeId node);
  // Its host, with every process on it.
  void power_off(base::NodeId node);
  // False if the member cannot be asked at the moment.
  bool ask(base::NodeId node, const MemberLink::Asked& asked, std::string_view request);
  bool is_waiting_for_answers() const;

  // What is known of the member now.
  void fill(base::NodeId node, MemberState& state) const;
  // Lets members talk until `until`, or until something was told. Returns early on a signal.
  void wait(base::Instant until);

 private:
  struct Cluster {
    ClusterSpec spec;
    std::optional<schemes::ClusterPlan> plan;
    std::vector<base::NodeId> nodes;
  };
  struct Member {
    base::NodeId node;
    Cluster* cluster = nullptr;
    std::uint32_t index = 0;  // in its cluster
    std::uint32_t subnet = 0;
    net::HostId host;
    std::optional<base::Ipv4> next_address;
    MemberOverrides overrides;
    base::Incarnation incarnation;
    // Of the running life.
    lab::LabProcess* process = nullptr;
    bool paused = false;
    bool was_reached = false;
    MemberLink link;
    std::optional<MemberReport> report;
    // What it reported of an event whose outcome it has not told yet.
    std::vector<base::TraceEvent> facts;
    base::Instant facts_since{};
  };

  void add_member(Cluster& cluster, std::uint32_t index);
  base::Result<lab::LabCommand> command_of(const Member& member) const;
  base::Result<std::string> write_hosts() const;
  std::string path_of(const Member& member, std::string_view what) const;
  void reach_members();
  void read_link(Member& member);
  void release_facts(Member& member);
  void take_line(Member& member, const MemberLink::Line& line);
  void bury(Member& member);
  std::string last_words(const Member& member) const;

  lab::Lab& lab_;
  SocketClusterOptions options_;
  ClusterEvents& events_;
  NetworkSpec network_;
  bool network_set_ = false;
  std::vector<std::unique_ptr<Cluster>> clusters_;
  std::vector<std::unique_ptr<Member>> members_;
};

}  // namespace splitscope::scenarios
