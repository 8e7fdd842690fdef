// A member's control socket: answers requests and streams facts. docs/node.md describes the
// protocol. Faults are carried out only where they are allowed.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>

#include "engine/real/control_server.hpp"
#include "engine/real/real_process.hpp"
#include "scenarios/node/control_request.hpp"
#include "scenarios/node/fact_line.hpp"
#include "scenarios/node/message_rules.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

// The member while it runs; null once it is over.
class MemberWindow {
 public:
  virtual const schemes::NodeInspection* member() const = 0;
  virtual MessageTap* tap() const = 0;

 protected:
  ~MemberWindow() = default;
};

struct MemberControlOptions {
  schemes::SchemeKind scheme = schemes::SchemeKind::Wka;
  schemes::Engine engine = schemes::Engine::Hz53;
  bool allow_faults = false;
};

class MemberControl final : private real::ControlHandler, private MessageWatcher {
 public:
  // Facts kept for those who ask for them late; beyond that the oldest go.
  static constexpr std::size_t HistoryLengthMax = 100'000;

  // All references outlive *this.
  MemberControl(real::Loop& loop, real::RealProcess& process, MessageRules& rules,
                MemberWindow& window, const MemberControlOptions& options);
  MemberControl(const MemberControl&) = delete;
  MemberControl& operator=(const MemberControl&) = delete;

  // Listens at the path. Error: it cannot be.
  base::Result<void> open(const std::string& path);
  // To be kept, and told to those who asked.
  void on_fact(const base::TraceEvent& fact);
  void on_state(const MemberReport& report);

 private:
  std::string on_request(real::ControlClient client, std::string_view line) override;
  void on_watched_message(std::uint16_t type) override;
  void on_client_gone(real::ControlClient client) override { subscribers_.erase(client); }

  std::string answer(real::ControlClient client, const ControlRequest& request);
  std::string status();
  std::string view() const;
  std::string messages() const;
  std::string begin_stream(real::ControlClient client, const FactsRequest& request);
  std::string change_clock(const ClockRequest& request);
  std::string slow_down(const SlowRequest& request);
  std::string watch(const WatchRequest& request);
  std::string add_rule(const AddRuleRequest& request);
  std::string remove_rule(const RemoveRuleRequest& request);
  std::string list_rules() const;
  void push_to_all(std::string_view line);

  real::Loop& loop_;
  real::RealProcess& process_;
  MessageRules& rules_;
  MemberWindow& window_;
  const MemberControlOptions options_;
  std::unique_ptr<real::ControlServer> server_;
  std::deque<base::TraceEvent> history_;
  std::set<real::ControlClient> subscribers_;
};

}  // namespace splitscope::scenarios
