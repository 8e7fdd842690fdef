// Where a scenario happens. A script drives a world from outside: it builds networks and clusters,
// applies faults, lets time pass, and states what must hold. The simulator is one world.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/prng.hpp"
#include "engine/base/trace_event.hpp"
#include "scenarios/kit/cloud_place.hpp"
#include "scenarios/kit/condition.hpp"
#include "scenarios/kit/verdict.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

class History;
struct ProbePlan;  // client_ledger.hpp

struct SubnetSpec {
  std::string name = "lan";
  bool multicast = true;
};

// One network for all clusters of a run; set before the first cluster.
struct NetworkSpec {
  std::vector<SubnetSpec> subnets{SubnetSpec{}};
  base::Duration latency_min = std::chrono::microseconds{100};
  base::Duration latency_max = std::chrono::microseconds{500};
  base::Probability loss = base::Probability::never();
  base::Duration routed_latency = std::chrono::microseconds{200};  // added between subnets
  bool routes_multicast = false;
};

// "lan" one subnet; "routed" two subnets, a router that passes unicast only; "vpc" one subnet
// without multicast; "multi-az" three such subnets. Empty for another name.
std::optional<NetworkSpec> site_named(std::string_view name);

struct ClusterSpec {
  schemes::ClusterConfig config;
  std::uint32_t members = 3;
  std::uint32_t spares = 0;               // configured members that no start() starts: newcomers
  std::vector<std::uint32_t> well_known;  // indexes of listed members, where the list names members
  std::vector<std::uint32_t> subnet_of;   // by member; empty: spread evenly in order
  bool same_host = false;                 // all on one host: ports by auto-increment
  std::vector<base::Ipv4> addresses;      // by member; missing ones are made up
  std::vector<std::string> host_names;    // by member, as lists name them; empty = has none
  std::vector<std::uint16_t> ports;       // by member; missing or 0 = the configuration's
  CloudPlace cloud;                       // where the scheme asks a cloud
};

struct ClusterId {
  std::uint32_t value = 0;
};

// Bounds that follow from the settings, so that scripts fit every profile.
struct ClusterBounds {
  base::Duration join{};
  base::Duration detect{};
  base::Duration elect{};
  base::Duration merge{};
};

// Without options each start is drawn from 0-2 s, well-known members in the first second.
struct StartOptions {
  bool together = false;     // all at one instant
  base::Duration stagger{};  // one after another, so far apart
};

// How long after start() each of the cluster's members starts, in their order.
std::vector<base::Duration> start_offsets(const ClusterSpec& spec, const StartOptions& options,
                                          base::Prng& random);

// When a trigger fires. Empty fields match anything.
struct TriggerSpec {
  base::EventKind kind = base::EventKind::None;  // on an event...
  std::optional<base::NodeId> by;                // ...of this node
  std::optional<base::NodeId> of;                // ...about this member (its endpoint)
  std::optional<Condition> condition;            // or: when it becomes true
  std::optional<base::Duration> after;           // or: at a time from the start
  std::string message_type;                      // or: the n-th such message sent
  std::uint32_t nth = 1;
};

struct MonitorSpec {
  enum class Kind : std::uint8_t { Eventually, Always, Never, Sometimes };
  Kind kind = Kind::Eventually;
  Condition condition = Condition::constant(true);
  base::Duration within{};       // Eventually: the deadline from now
  base::Duration longer_than{};  // Never: only if it lasts longer than this without a break
  std::string words;
  std::uint32_t line = 0;
  bool decides = true;  // false: reported only, and the run does not wait for it
};

// Calls of a cloud's API so far.
struct CloudCalls {
  std::uint64_t calls = 0;
  std::uint64_t throttled = 0;
  std::uint64_t failed = 0;  // refused, lost or answered with an error; throttled ones included
};

// What World::apply() answers where the world cannot do it: no mistake of the script.
inline bool is_beyond_world(const base::Error& error) {
  return error.message.starts_with("not in this world");
}

class World {
 public:
  virtual ~World() = default;

  // --- building; only before the first start ---
  virtual base::Result<void> set_network(const NetworkSpec& network) = 0;
  // Members get names n1, n2, ... in order over all clusters. Errors come from the settings.
  virtual base::Result<ClusterId> add_cluster(const ClusterSpec& spec) = 0;
  virtual ClusterBounds bounds(ClusterId cluster) const = 0;
  virtual const ClusterSpec& spec(ClusterId cluster) const = 0;
  // By name; none if there is no such member.
  virtual std::optional<base::NodeId> member(std::string_view name) const = 0;

  // --- acts ---
  virtual void start(ClusterId cluster, const StartOptions& options) = 0;
  // A client at every member of the cluster, from now on: see ClientProbe. Twice is fine. A world
  // without clients refuses.
  virtual base::Result<void> probe(ClusterId cluster, const ProbePlan& plan);
  // Refuses what this world cannot do with a sentence ("not in this world: ..."); the run is then
  // inconclusive.
  virtual base::Result<FaultId> apply(const Fault& fault) = 0;
  // Healing twice, or what cannot be healed, is fine.
  virtual void heal(FaultId fault) = 0;
  virtual Effect effect(FaultId fault) const = 0;
  virtual const std::vector<AppliedFault>& faults() const = 0;

  // --- time ---
  virtual base::Instant now() const = 0;
  // False when the run must end (an invariant broke, or the world's limit was reached).
  virtual bool run_for(base::Duration duration) = 0;
  // True as soon as the condition holds (at once if it does); false at the deadline.
  virtual bool run_until(const Condition& condition, base::Duration deadline) = 0;

  // --- watching ---
  virtual const Observation& observation() const = 0;
  virtual const Counters& counters() const = 0;
  // What members report is kept from now on, if this world can do that.
  virtual void keep_history() {}
  // None while it is not kept. Lives as long as the world.
  virtual const History* history() const { return nullptr; }
  // `action` runs between events, at the instant of the trigger; it may call any method but run_*.
  // A trigger fires once unless it is an event or message trigger with nth == 0.
  virtual void add_trigger(const TriggerSpec& spec, std::function<void()> action) = 0;
  // Registers and returns at once; the outcome is in expectations() after finish().
  virtual std::uint32_t add_monitor(const MonitorSpec& spec) = 0;
  // Gives a registered monitor the script's words.
  virtual void name_expectation(std::uint32_t index, std::string words, std::uint32_t line) = 0;
  // A statement decided now.
  virtual void expect(bool met, std::string words, std::uint32_t line, std::string seen) = 0;
  virtual void declare_inconclusive(std::string why) = 0;
  // Of that action ("DescribeInstances"); empty: of the whole API, without metadata. Zero where the
  // world has no simulated cloud.
  virtual CloudCalls cloud_calls(std::string_view /*action*/) const { return {}; }
  // A named stream for the script's own draws.
  virtual base::Prng& script_random() = 0;
  // Writes a line into the run's log of the script.
  virtual void note(std::string text) = 0;
};

}  // namespace splitscope::scenarios
