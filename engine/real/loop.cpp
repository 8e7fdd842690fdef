#include "engine/real/loop.hpp"

#include <algorithm>
#include <ctime>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace splitscope::real {

base::Duration monotonic_clock() {
  std::timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds{time.tv_sec} + base::Duration{time.tv_nsec};
}

// A hint of one thread: Asio then takes no locks around its queue of handlers.
Loop::Loop(base::Duration run_start)
    : run_start_(run_start), context_(std::make_unique<boost::asio::io_context>(1)) {
  begin_event();
}

Loop::~Loop() = default;

base::Instant Loop::begin_event() {
  now_ = std::max(now_, base::Instant{monotonic_clock() - run_start_});
  return now_;
}

void Loop::block_until(base::Instant at) {
  const base::Duration left = at.time_since_epoch() + run_start_ - monotonic_clock();
  if (left > base::Duration::zero()) std::this_thread::sleep_for(left);
}

void Loop::run() {
  const auto work = boost::asio::make_work_guard(*context_);
  context_->restart();
  context_->run();
}

void Loop::run_for(base::Duration duration) {
  const auto work = boost::asio::make_work_guard(*context_);
  context_->restart();
  context_->run_for(duration);
}

void Loop::stop() {
  context_->stop();
}

}  // namespace splitscope::real
