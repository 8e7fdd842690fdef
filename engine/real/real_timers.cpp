#include "engine/real/real_timers.hpp"

#include <algorithm>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engine/base/assert.hpp"

namespace splitscope::real {
namespace {

// Stale entries that are kept before the heap is cleaned, beside as many as are armed.
constexpr std::size_t StaleCountMax = 64;

constexpr base::Duration AlarmMax = std::chrono::hours{24};

using SteadyTime = std::chrono::steady_clock::time_point;

}  // namespace

// Asio's timer, and whom it wakes: nobody once the timers are gone.
class RealTimers::Alarm {
 public:
  Alarm(boost::asio::io_context& context, RealTimers& timers) : timer(context), owner(&timers) {}

  boost::asio::steady_timer timer;
  RealTimers* owner;
  base::Instant at = base::EndOfTime;
};

RealTimers::RealTimers(EventGate& gate)
    : gate_(gate), alarm_(std::make_shared<Alarm>(gate.loop().context(), *this)) {}

RealTimers::~RealTimers() {
  alarm_->owner = nullptr;
  alarm_->timer.cancel();
}

env::TimerSlot RealTimers::acquire(base::Callback callback) {
  std::uint32_t slot = free_;
  if (slot == NoSlot) {
    slot = static_cast<std::uint32_t>(states_.size());
    states_.emplace_back();
  } else {
    free_ = states_[slot].next_free;
  }
  states_[slot] = {callback, 0, 0, NoSlot};
  return {slot};
}

void RealTimers::release(env::TimerSlot slot) {
  disarm(slot);
  states_[slot.value] = {base::Callback{}, 0, 0, free_};
  free_ = slot.value;
}

void RealTimers::arm(env::TimerSlot slot, base::Instant at) {
  disarm(slot);
  State& state = states_[slot.value];
  state.sequence = next_sequence_++;
  state.cause = gate_.cause();
  ++armed_count_;
  heap_.push_back({at, state.sequence, slot.value});
  std::push_heap(heap_.begin(), heap_.end(), is_later);
  if (heap_.size() > std::size_t{2} * armed_count_ + StaleCountMax) drop_stale();
  set_alarm();
}

void RealTimers::disarm(env::TimerSlot slot) {
  SPLITSCOPE_ASSERT(slot.value < states_.size());
  State& state = states_[slot.value];
  if (state.sequence != 0) --armed_count_;
  state.sequence = 0;
}

bool RealTimers::is_later(const Entry& a, const Entry& b) {
  return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
}

void RealTimers::drop_stale() {
  std::erase_if(heap_, [this](const Entry& entry) { return is_stale(entry); });
  std::make_heap(heap_.begin(), heap_.end(), is_later);
}

// Each due timer is an event of its own. What falls due while they run waits for the next turn of
// the loop, so that sockets are not starved.
void RealTimers::run_due() {
  const std::shared_ptr<Alarm> alive = alarm_;
  is_running_due_ = true;
  const base::Instant limit = gate_.loop().begin_event();
  while (!heap_.empty() && heap_.front().at <= limit) {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    const Entry due = heap_.back();
    heap_.pop_back();
    if (is_stale(due)) continue;
    const State state = states_[due.slot];
    disarm({due.slot});
    if (!gate_.enter(state.cause)) break;
    state.callback();
    if (alive->owner == nullptr) return;  // the handler ended the process
  }
  is_running_due_ = false;
  set_alarm();
}

void RealTimers::set_alarm() {
  if (is_running_due_) return;
  while (!heap_.empty() && is_stale(heap_.front())) {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    heap_.pop_back();
  }
  const base::Instant next = heap_.empty() ? base::EndOfTime : heap_.front().at;
  if (next == alarm_->at) return;
  alarm_->at = next;
  if (next == base::EndOfTime) {
    alarm_->timer.cancel();
    return;
  }
  // A moment too far for the kernel's clock is looked at again after a while.
  const base::Instant wake = std::min(next, gate_.now() + AlarmMax);
  const base::Duration at = wake.time_since_epoch() + gate_.loop().run_start();
  alarm_->timer.expires_at(SteadyTime{at});
  alarm_->timer.async_wait([alarm = alarm_](boost::system::error_code error) {
    if (error || alarm->owner == nullptr) return;
    alarm->at = base::EndOfTime;
    alarm->owner->run_due();
  });
}

}  // namespace splitscope::real
