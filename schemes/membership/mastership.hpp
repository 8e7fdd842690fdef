// The mastership claim: a member that suspects everybody older asks the rest for their lists, takes
// the newest, and becomes master of those that agreed. After Hazelcast's DecideNewMembersViewTask.
//
// It goes through those it asked one by one and waits up to five seconds for each that is silent; a
// silent one that it has come to suspect meanwhile is left out, for another it waits again, until
// hazelcast.mastership.claim.timeout.seconds are over. So a lost member that is not yet suspected
// when the claim begins costs five seconds.
#pragma once

#include <vector>

#include "schemes/membership/membership_manager.hpp"

namespace splitscope::schemes {

class Mastership final {
 public:
  // A member that says "later" is asked again: a few times at once, then at this pace.
  static constexpr base::Duration RetryPause = std::chrono::milliseconds{500};
  static constexpr std::uint32_t FastRetryCount = 5;

  // All references outlive *this.
  Mastership(env::Environment environment, const NodeConfig& config, ConnectionManager& connections,
             MembershipManager& membership);
  Mastership(const Mastership&) = delete;
  Mastership& operator=(const Mastership&) = delete;

  // Precondition: the membership is claiming.
  void claim();
  // The member leaves its cluster, or stops.
  void abandon();
  void on_answer(base::Endpoint from, FetchMembersViewAnswer answer);
  bool is_claiming() const { return state_ == State::Fetching; }
  std::string_view state_name() const { return is_claiming() ? "fetching" : "idle"; }

 private:
  enum class State : std::uint8_t { Idle, Fetching };
  struct Ask {
    enum class Progress : std::uint8_t { Waiting, Accepted, Refused };
    MemberInfo member;
    Progress progress = Progress::Waiting;
    std::uint32_t retry_count = 0;
    base::Instant retry_at = base::EndOfTime;
  };

  void ask(const MemberInfo& member);
  void send(const Ask& ask);
  void ask_unknown(const MembersView& view);
  // Goes on until it must wait for a member, or all is known.
  void advance();
  // The slice of the member waited for is over.
  void give_up_waiting();
  void start_pass();
  void arm();
  void on_timer();
  void decide();
  bool must_be_known(const Ask& ask) const;

  env::Environment environment_;
  const NodeConfig& config_;
  ConnectionManager& connections_;
  MembershipManager& membership_;
  env::Timer timer_;
  State state_ = State::Idle;
  std::uint32_t round_ = 0;
  MembersView latest_;
  std::vector<Ask> asks_;
  std::size_t position_ = 0;    // in asks_: whom we wait for
  bool pass_is_final_ = false;  // nobody passed over in this pass needs another
  base::Instant slice_end_{};
  base::Instant deadline_{};
};

}  // namespace splitscope::schemes
