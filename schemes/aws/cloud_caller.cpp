#include "schemes/aws/cloud_caller.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"

namespace splitscope::schemes {

base::Duration retry_wait(std::uint32_t number) {
  base::Duration wait = std::chrono::milliseconds{1500};
  for (std::uint32_t i = 2; i < number && wait < RetryWaitMax; ++i) wait = wait * 3 / 2;
  return std::min(wait, RetryWaitMax);
}

CloudCaller::CloudCaller(env::Environment environment, std::uint32_t retries,
                         CloudCallHandler& handler)
    : environment_(environment),
      retries_(retries),
      handler_(handler),
      timer_(environment.timers, base::Callback::to<&CloudCaller::on_timer>(*this)) {}

CloudCaller::~CloudCaller() {
  if (state_ == State::Asking) environment_.http.cancel(request_id_);
}

void CloudCaller::begin(CloudCall call, bool accepts_missing) {
  SPLITSCOPE_ASSERT(state_ == State::Idle);
  call_ = call;
  accepts_missing_ = accepts_missing;
  try_ = 0;
  request_ = handler_.make_request(call);
  send();
}

void CloudCaller::send() {
  ++try_;
  state_ = State::Asking;
  request_id_ = environment_.http.send(request_, *this);
}

void CloudCaller::on_timer() {
  if (state_ == State::Waiting) send();
}

void CloudCaller::on_response(env::HttpRequestId request,
                              base::Result<env::HttpResponse> response) {
  if (state_ != State::Asking || request.value != request_id_.value) return;
  const std::uint16_t status = response ? response->status : std::uint16_t{0};
  const bool is_good = status == 200 || (status == 404 && accepts_missing_);
  environment_.events.emit(
      base::EventKind::CloudCallEnded,
      {static_cast<std::uint64_t>(call_), status, try_, is_good ? std::uint64_t{1} : 0});
  if (!is_good && try_ <= retries_) {
    state_ = State::Waiting;
    timer_.arm_after(retry_wait(try_ + 1));
    return;
  }
  state_ = State::Idle;
  if (!is_good && response) response = base::failure(fmt::format("the answer was {}", status));
  handler_.on_call_ended(call_, response);
}

}  // namespace splitscope::schemes
