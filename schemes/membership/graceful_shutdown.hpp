// A member that is asked to go tells its master, waits until it may, and goes. The master has what
// it holds moved to others first (MemberService::drain) and then answers. The others notice by the
// closed connections (rule 16 of the recordings).
#pragma once

#include <vector>

#include "schemes/membership/member_service.hpp"

namespace splitscope::schemes {

class ShutdownHost {
 public:
  // All is drained, or graceful.shutdown.max.wait is over: the process ends.
  virtual void on_drained() = 0;
  // This member is master: `member` is to hold nothing. See MemberService::drain.
  virtual bool drain(const base::Uuid& member) = 0;

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
  // That member holds nothing any more.
  void on_member_drained(const base::Uuid& member);
  // For a merge: those who wait will ask again.
  void reset();
  bool is_leaving() const { return is_leaving_; }

 private:
  struct Leaver {
    base::Endpoint endpoint;
    base::Uuid uuid;
    base::Instant look_at;  // at what it holds; EndOfTime while it is being moved
  };
  void ask();
  void arm();
  void on_timer();
  void drain_leavers();
  void answer(const Leaver& leaver);
  base::Instant draw_begin();

  env::Environment environment_;
  const NodeConfig& config_;
  ConnectionManager& connections_;
  MembershipManager& membership_;
  ShutdownHost& host_;
  env::Timer timer_;
  bool is_leaving_ = false;
  base::Instant give_up_at_ = base::EndOfTime;
  base::Instant ask_at_ = base::EndOfTime;
  base::Instant self_look_at_ = base::EndOfTime;  // while we are master, or alone
  bool is_self_draining_ = false;
  std::vector<Leaver> leavers_;
};

}  // namespace splitscope::schemes
