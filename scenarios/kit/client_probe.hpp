// A client in a member's process, as the recordings of real clusters had it: at fixed intervals it
// writes one key for each member, whose partition that member owned when the probes began, and
// reads it back. It is paused, slowed and killed with its process.
#pragma once

#include <vector>

#include "engine/env/environment.hpp"
#include "scenarios/kit/client_ledger.hpp"
#include "schemes/data/data_access.hpp"
#include "schemes/membership/node_inspection.hpp"

namespace splitscope::scenarios {

class ClientProbe final : private schemes::OperationListener {
 public:
  // Requests under way at once; more are not issued, and count as failed.
  static constexpr std::size_t RequestCountMax = 10'000;
  // How often a client looks whether its member is in a cluster with arranged partitions.
  static constexpr base::Duration ReadyLook = std::chrono::milliseconds{50};
  static constexpr base::Duration EntryLimit = std::chrono::seconds{10};

  struct Member {
    base::NodeId node;
    schemes::DataAccess& data;
    const schemes::NodeInspection& inspection;
  };
  // All that is referred to outlives *this. `first_look` from now it begins, when its member can.
  ClientProbe(env::Environment environment, const Member& member, const ProbePlan& plan,
              ClientLedger& ledger, base::Duration first_look);
  ClientProbe(const ClientProbe&) = delete;
  ClientProbe& operator=(const ClientProbe&) = delete;

 private:
  enum class Step : std::uint8_t { Writing, Reading, WritingEntry };
  struct Running {
    schemes::OperationId operation;
    Step step = Step::Writing;
    ClientLedger::Request request;
    std::uint64_t value = 0;
    base::Instant step_begun;
    base::Instant due;
  };
  void on_operation(schemes::OperationId operation,
                    const schemes::OperationResult& result) override;
  void on_tick();
  void on_limit();
  void arm_limit();
  bool is_ready();
  std::vector<ClientLedger::ProbedKey> choose_keys();
  void write_entries();
  void begin_request(std::uint64_t key);
  void read_back(const Running& written);
  void end(const Running& running, ClientLedger::RequestEnd end);

  env::Environment environment_;
  Member member_;
  ProbePlan plan_;
  ClientLedger& ledger_;
  env::Timer tick_timer_;
  env::Timer limit_timer_;
  base::Instant next_tick_{};
  bool has_begun_ = false;
  std::vector<Running> running_;
};

}  // namespace splitscope::scenarios
