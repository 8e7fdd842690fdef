// A member that is asked to go tells its master, waits until it may, and goes. What a master does
// meanwhile is to move data; data is not modelled yet, so it answers after a drawn time
// (NodeConfig::drain_time_*), which is a stand-in. The others notice by the closed connections
// (rule 16 of the recordings).
#pragma once

#include <vector>

#include "schemes/membership/membership_manager.hpp"

namespace splitscope::schemes {

class ShutdownHost {
 public:
  // All is drained, or graceful.shutdown.max.wait is over: the process ends.
  virtual void on_drained() = 0;

 protected:
  ~ShutdownHost() = default;
};

class GracefulShutdown final {
 public:
  // The request is repeated until it is answered, maybe by the next master.
  static constexpr base::Duration RequestRetry = std::chrono::seconds{1};
  // Members that a master drains at once; more are answered as others finish.
  static constexpr std::size_t LeaverCountMax = 1024;

  // All references outlive *this.
  GracefulShutdown(env::Environment environment, const NodeConfig& config,
                   ConnectionManager& connections, MembershipManager& membership,
                   ShutdownHost& host);
  GracefulShutdown(const GracefulShutdown&) = delete;
  GracefulShutdown& operator=(const GracefulShutdown&) = delete;

  // This member is to go. Ends in on_drained().
  void begin();
  void on_request(base::Endpoint from, const ShutdownRequest& request);
  void on_answer(base::Endpoint from, const ShutdownAnswer& answer);
  // For a merge: those who wait will ask again.
  void reset();
  bool is_leaving() const { return is_leaving_; }

 private:
  struct Leaver {
    base::Endpoint endpoint;
    base::Uuid uuid;
    base::Instant drained_at;
  };
  void ask();
  void arm();
  void on_timer();
  void answer_drained();
  base::Duration draw_drain_time();

  env::Environment environment_;
  const NodeConfig& config_;
  ConnectionManager& connections_;
  MembershipManager& membership_;
  ShutdownHost& host_;
  env::Timer timer_;
  bool is_leaving_ = false;
  base::Instant give_up_at_ = base::EndOfTime;
  base::Instant ask_at_ = base::EndOfTime;
  base::Instant self_drained_at_ = base::EndOfTime;  // while we are master, or alone
  std::vector<Leaver> leavers_;
};

}  // namespace splitscope::schemes
