#include "engine/lab/lab_switch.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>

namespace splitscope::lab {
namespace {

constexpr std::uint64_t WakeUpMark = ~std::uint64_t{0};
// Frames of one host before the others get their turn and what is due is delivered.
constexpr int FramesPerTurn = 32;

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// A link's delay must hold on a busy machine too: where it may (as root), the switch goes before
// ordinary processes, and the kernel does not round its waits up to save power.
void take_precedence() {
  ::prctl(PR_SET_TIMERSLACK, 1);
  const sched_param priority{.sched_priority = 1};
  ::pthread_setschedparam(::pthread_self(), SCHED_RR, &priority);
}

std::unexpected<base::Error> refused(const char* what) {
  return base::failure(fmt::format("the switch cannot {}: {}", what, std::strerror(errno)));
}

}  // namespace

RunClock::RunClock() : origin_ns_(monotonic_ns()) {}

base::Instant RunClock::now() const {
  return base::RunStart + base::Duration{monotonic_ns() - origin_ns_};
}

// The cables by host, as the sink of what the switch delivers.
class LabSwitch::Cables final : public FrameSink {
 public:
  void set(net::HostId host, int cable) {
    if (cables_.size() <= host.value) cables_.resize(host.value + 1, -1);
    cables_[host.value] = cable;
  }
  int of(net::HostId host) const { return host.value < cables_.size() ? cables_[host.value] : -1; }
  bool deliver(net::HostId to, FrameBytes frame) override {
    return ::write(of(to), frame.data(), frame.size()) == static_cast<ssize_t>(frame.size());
  }

 private:
  std::vector<int> cables_;
};

LabSwitch::LabSwitch(Key, const RunClock& clock, std::uint64_t seed)
    : clock_(clock),
      core_(seed),
      cables_(std::make_unique<Cables>()),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_up_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      buffer_(FrameMax) {}

base::Result<std::unique_ptr<LabSwitch>> LabSwitch::start(const RunClock& clock,
                                                          std::uint64_t seed) {
  auto made = std::make_unique<LabSwitch>(Key{}, clock, seed);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = WakeUpMark;
  if (!made->epoll_.is_open() || !made->wake_up_.is_open() ||
      ::epoll_ctl(made->epoll_.get(), EPOLL_CTL_ADD, made->wake_up_.get(), &event) != 0) {
    return refused("wait for frames");
  }
  made->thread_ = std::thread([running = made.get()] { running->run(); });
  return made;
}

LabSwitch::~LabSwitch() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake();
  thread_.join();
}

void LabSwitch::wake() {
  const std::uint64_t one = 1;
  // A full counter wakes as well.
  [[maybe_unused]] const ssize_t written = ::write(wake_up_.get(), &one, sizeof one);
}

base::Result<void> LabSwitch::plug_in(net::HostId host, int cable) {
  const std::lock_guard lock(mutex_);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = host.value;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, cable, &event) != 0) return refused("take a cable");
  cables_->set(host, cable);
  core_.plug_in(host);
  return {};
}

void LabSwitch::pull_out(net::HostId host) {
  const std::lock_guard lock(mutex_);
  core_.pull_out(host);
  const int cable = cables_->of(host);
  if (cable < 0) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, cable, nullptr);
  cables_->set(host, -1);
}

net::RuleId LabSwitch::install(net::PacketRule rule) {
  const std::lock_guard lock(mutex_);
  return core_.install(std::move(rule));
}

void LabSwitch::remove(net::RuleId id) {
  {
    const std::lock_guard lock(mutex_);
    core_.remove(id, clock_.now());
  }
  wake();  // what was held is due before what the thread waits for
}

net::RuleEffect LabSwitch::effect(net::RuleId id) const {
  const std::lock_guard lock(mutex_);
  return core_.fabric().rules().effect(id);
}

SwitchCounters LabSwitch::counters() const {
  const std::lock_guard lock(mutex_);
  return core_.counters();
}

void LabSwitch::set_observer(FrameObserver* observer) {
  const std::lock_guard lock(mutex_);
  core_.set_observer(observer);
}

// --- the thread ---

void LabSwitch::run() {
  take_precedence();
  for (;;) {
    wait();
    const std::lock_guard lock(mutex_);
    if (ending_) return;
    for (const net::HostId host : readable_) read_cable(host);
    core_.deliver_due(clock_.now(), *cables_);
  }
}

// Until a frame can be read, one is due, or wake().
void LabSwitch::wait() {
  base::Instant next;
  {
    const std::lock_guard lock(mutex_);
    next = core_.next_due();
  }
  timespec timeout{};
  const bool waits_long = next == base::EndOfTime;
  if (!waits_long) {
    const std::int64_t left = std::max<std::int64_t>((next - clock_.now()).count(), 0);
    timeout = {left / 1'000'000'000, left % 1'000'000'000};
  }
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   waits_long ? nullptr : &timeout, nullptr);
  readable_.clear();
  for (int i = 0; i < count; ++i) {
    const std::uint64_t mark = events[static_cast<std::size_t>(i)].data.u64;
    if (mark != WakeUpMark) {
      readable_.push_back(net::HostId{static_cast<std::uint32_t>(mark)});
      continue;
    }
    std::uint64_t wakes = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_up_.get(), &wakes, sizeof wakes);
  }
}

void LabSwitch::read_cable(net::HostId host) {
  const int cable = cables_->of(host);
  for (int i = 0; cable >= 0 && i < FramesPerTurn; ++i) {
    const ssize_t size = ::read(cable, buffer_.data(), buffer_.size());
    if (size <= 0) return;
    core_.on_frame(host, FrameBytes(buffer_).first(static_cast<std::size_t>(size)), clock_.now());
  }
}

}  // namespace splitscope::lab
