// One call to a cloud at a time, tried again as Hazelcast's RestClient does: whatever went wrong,
// so often as configured, after growing waits. Hides requests under way, timers and time-outs, and
// tells each outcome as a fact. Invariant: each begin() ends in one on_call_ended(), unless
// stopped.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/env/environment.hpp"
#include "schemes/membership/membership_codes.hpp"

namespace splitscope::schemes {

class CloudCallHandler {
 public:
  // Once a call: a further try repeats the same request with the same signature, as recorded of
  // 5.3.8.
  virtual env::HttpRequest make_request(CloudCall call) = 0;
  // A status that is accepted, or the error of the last try. From the event loop; may begin the
  // next call.
  virtual void on_call_ended(CloudCall call, const base::Result<env::HttpResponse>& response) = 0;

 protected:
  ~CloudCallHandler() = default;
};

// The wait before try `number` (from 2): 1.5 s, and half as much again each time (RetryUtils).
base::Duration retry_wait(std::uint32_t number);
inline constexpr base::Duration RetryWaitMax = std::chrono::minutes{5};

class CloudCaller final : private env::HttpHandler {
 public:
  // Both outlive *this. `retries`: tries after the first.
  CloudCaller(env::Environment environment, std::uint32_t retries, CloudCallHandler& handler);
  CloudCaller(const CloudCaller&) = delete;
  CloudCaller& operator=(const CloudCaller&) = delete;
  ~CloudCaller();

  bool is_busy() const { return state_ != State::Idle; }
  // Only when idle. 200 is a good answer; so is 404 if `accepts_missing`.
  void begin(CloudCall call, bool accepts_missing = false);

 private:
  enum class State : std::uint8_t { Idle, Asking, Waiting };

  void on_response(env::HttpRequestId request, base::Result<env::HttpResponse> response) override;
  void on_timer();
  void send();

  env::Environment environment_;
  std::uint32_t retries_;
  CloudCallHandler& handler_;
  env::Timer timer_;
  State state_ = State::Idle;
  CloudCall call_ = CloudCall::DescribeInstances;
  bool accepts_missing_ = false;
  std::uint32_t try_ = 0;
  env::HttpRequest request_;
  env::HttpRequestId request_id_;
};

}  // namespace splitscope::schemes
