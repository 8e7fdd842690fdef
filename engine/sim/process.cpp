#include "engine/sim/process.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/assert.hpp"
#include "engine/base/wide.hpp"

namespace splitscope::sim {
namespace {

// What wall clocks show when a run starts: 2026-01-01 00:00:00 UTC. Any fixed moment would do.
constexpr base::WallTime WallAtStart{base::Duration{1'767'225'600'000'000'000}};

}  // namespace

Process::Process(Simulation& simulation, base::NodeId node)
    : simulation_(simulation),
      node_(node),
      random_(simulation.stream("node", node.value)),
      resume_order_(simulation.stream("resume", node.value)) {}

Process::~Process() {
  program_.reset();
}

void Process::start(ProcessKernel& kernel, const ProgramFactory& factory) {
  SPLITSCOPE_ASSERT(state_ == State::Absent);
  SPLITSCOPE_ASSERT(program_ == nullptr);
  ++incarnation_.value;
  state_ = State::Running;
  kernel_ = &kernel;
  exit_requested_ = false;
  busy_until_ = now();
  const base::Ipv4 address = kernel.transport().local_addresses().front();
  simulation_.emit(base::EventKind::ProcessStarted, node_, incarnation_,
                   {base::pack({address, 0})});
  program_ = factory(env::Environment{*this, *this, kernel.transport(), *this, kernel.resolver(),
                                      kernel.http(), *this},
                     *this);
  backlog_.push_back({WorkKind::Start, 0, 0, simulation_.cause()});
  schedule_backlog(now());
}

void Process::shut_down() {
  if (state_ == State::Absent) return;
  // Even to a free process it comes as an event: the caller may be in the middle of something.
  backlog_.push_back({WorkKind::ShutDown, 0, 0, simulation_.cause()});
  if (state_ == State::Running) schedule_backlog(now());
}

void Process::end(ExitReason reason) {
  if (state_ == State::Absent) return;
  SPLITSCOPE_ASSERT(!in_handler_);
  simulation_.emit(base::EventKind::ProcessExited, node_, incarnation_,
                   {static_cast<std::uint64_t>(reason)});
  state_ = State::Absent;
  program_.reset();
  timers_.clear();
  free_timer_ = NoSlot;
  backlog_.clear();
  backlog_scheduled_ = false;
  exit_requested_ = false;
  ProcessKernel* kernel = std::exchange(kernel_, nullptr);
  if (reason != ExitReason::HostOff) kernel->on_process_exit(reason == ExitReason::Killed);
}

void Process::pause() {
  if (state_ != State::Running) return;
  state_ = State::Stopped;
  simulation_.emit(base::EventKind::ProcessPaused, node_, incarnation_, {});
}

void Process::resume() {
  if (state_ != State::Stopped) return;
  state_ = State::Running;
  simulation_.emit(base::EventKind::ProcessResumed, node_, incarnation_, {});
  shuffle_backlog();
  if (!backlog_.empty()) schedule_backlog(now());
}

// The kernel makes no promise about the order in which a thawed process finds its overdue timers
// and readable sockets, so it is drawn. A start or shutdown request keeps its place at the front.
void Process::shuffle_backlog() {
  std::size_t first = 0;
  while (first < backlog_.size() &&
         (backlog_[first].kind == WorkKind::Start || backlog_[first].kind == WorkKind::ShutDown)) {
    ++first;
  }
  for (std::size_t left = backlog_.size() - first; left > 1; --left) {
    const std::size_t pick = static_cast<std::size_t>(resume_order_.below(left));
    std::swap(backlog_[first + left - 1], backlog_[first + pick]);
  }
}

void Process::step_wall_clock(base::Duration step) {
  wall_offset_ += step;
  simulation_.emit(base::EventKind::ClockStepped, node_, incarnation_,
                   {static_cast<std::uint64_t>(step.count())});
}

void Process::set_wall_drift(std::int64_t parts_per_billion) {
  wall_offset_ = wall_now() - WallAtStart - now().time_since_epoch();
  drift_since_ = now();
  wall_drift_ppb_ = parts_per_billion;
  simulation_.emit(base::EventKind::ClockDrifts, node_, incarnation_,
                   {static_cast<std::uint64_t>(parts_per_billion)});
}

base::WallTime Process::wall_now() const {
  const std::int64_t drifting = base::nanoseconds(now()) - base::nanoseconds(drift_since_);
  const auto gained = static_cast<std::int64_t>(static_cast<base::Int128>(drifting) *
                                                wall_drift_ppb_ / 1'000'000'000);
  return WallAtStart + now().time_since_epoch() + wall_offset_ + base::Duration{gained};
}

void Process::notify(std::uint32_t socket) {
  if (state_ == State::Absent || exit_requested_) return;
  take_or_defer({WorkKind::Socket, socket, 0, simulation_.cause()});
}

void Process::on_timer_event(const Event& event) {
  if (state_ == State::Absent || exit_requested_) return;
  if (event.a >= timers_.size() || timers_[event.a].generation != event.b) return;  // disarmed
  take_or_defer({WorkKind::Timer, event.a, event.b, timers_[event.a].cause});
}

void Process::take_or_defer(const Work& work) {
  if (is_free() && !in_handler_) {
    perform(work);
    return;
  }
  if (work.kind == WorkKind::Socket) {
    const auto same = [&work](const Work& other) {
      return other.kind == WorkKind::Socket && other.id == work.id;
    };
    if (std::any_of(backlog_.begin(), backlog_.end(), same)) return;
  }
  backlog_.push_back(work);
  if (state_ == State::Running) schedule_backlog(busy_until_);
}

void Process::schedule_backlog(base::Instant at) {
  if (backlog_scheduled_) return;
  backlog_scheduled_ = true;
  simulation_.schedule(at, EventClass::ProcessWork, node_.value, incarnation_.value, 0);
}

void Process::on_work_event(const Event& event) {
  if (event.a != incarnation_.value || state_ == State::Absent) return;
  backlog_scheduled_ = false;
  if (state_ == State::Stopped) return;
  if (exit_requested_) {
    end(exit_reason_);
    return;
  }
  if (backlog_.empty()) return;
  if (now() < busy_until_) {
    schedule_backlog(busy_until_);
    return;
  }
  const Work work = backlog_.front();
  backlog_.erase(backlog_.begin());
  perform(work);
  if (state_ == State::Running && !backlog_.empty()) schedule_backlog(busy_until_);
}

void Process::perform(const Work& work) {
  simulation_.set_cause(work.cause);
  in_handler_ = true;
  switch (work.kind) {
    case WorkKind::Start:
      program_->start();
      break;
    case WorkKind::ShutDown:
      program_->shut_down();
      break;
    case WorkKind::Socket:
      kernel_->serve(work.id);
      break;
    case WorkKind::Timer:
      if (work.id < timers_.size() && timers_[work.id].generation == work.generation) {
        timers_[work.id].generation = 0;
        timers_[work.id].callback();
      }
      break;
  }
  after_handler();
}

void Process::after_handler() {
  in_handler_ = false;
  if (service_time_ > base::Duration::zero()) busy_until_ = now() + service_time_;
  if (exit_requested_) end(exit_reason_);
}

env::TimerSlot Process::acquire(base::Callback callback) {
  std::uint32_t slot = free_timer_;
  if (slot == NoSlot) {
    slot = static_cast<std::uint32_t>(timers_.size());
    timers_.emplace_back();
  } else {
    free_timer_ = timers_[slot].next_free;
  }
  timers_[slot] = {callback, 0, NoSlot, 0};
  return {slot};
}

void Process::release(env::TimerSlot slot) {
  SPLITSCOPE_ASSERT(slot.value < timers_.size());
  timers_[slot.value] = {base::Callback{}, 0, free_timer_, 0};
  free_timer_ = slot.value;
}

void Process::arm(env::TimerSlot slot, base::Instant at) {
  SPLITSCOPE_ASSERT(slot.value < timers_.size());
  if (++next_generation_ == 0) ++next_generation_;
  timers_[slot.value].generation = next_generation_;
  timers_[slot.value].cause = simulation_.cause();
  simulation_.schedule(at, EventClass::ProcessTimer, node_.value, slot.value, next_generation_);
}

void Process::disarm(env::TimerSlot slot) {
  SPLITSCOPE_ASSERT(slot.value < timers_.size());
  timers_[slot.value].generation = 0;
}

void Process::emit(base::EventKind kind, std::array<std::uint64_t, 4> arguments) {
  simulation_.emit(kind, node_, incarnation_, arguments);
}

void Process::exit_process(Exit reason) {
  exit_requested_ = true;
  exit_reason_ = reason == Exit::Graceful ? ExitReason::Graceful : ExitReason::GaveUp;
  // Asked from outside a handler (a program's constructor): the next piece of work ends it.
  if (!in_handler_) schedule_backlog(now());
}

ProcessTable::ProcessTable(Simulation& simulation) : simulation_(simulation) {
  simulation.set_handler(EventClass::ProcessTimer, *this);
  simulation.set_handler(EventClass::ProcessWork, *this);
}

Process& ProcessTable::add() {
  const base::NodeId node{static_cast<std::uint32_t>(processes_.size())};
  processes_.push_back(std::make_unique<Process>(simulation_, node));
  return *processes_.back();
}

void ProcessTable::on_event(const Event& event) {
  Process& process = *processes_[event.index()];
  if (event.event_class() == EventClass::ProcessTimer) {
    process.on_timer_event(event);
  } else {
    process.on_work_event(event);
  }
}

}  // namespace splitscope::sim
