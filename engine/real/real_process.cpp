#include "engine/real/real_process.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "engine/base/assert.hpp"
#include "engine/base/prng.hpp"
#include "engine/real/real_http_client.hpp"
#include "engine/real/real_random.hpp"
#include "engine/real/real_resolver.hpp"
#include "engine/real/real_timers.hpp"
#include "engine/real/real_transport.hpp"

namespace splitscope::real {
namespace {

// The arguments of ProcessExited.
constexpr std::uint64_t ExitedGracefully = 0;
constexpr std::uint64_t ExitedByKill = 1;
constexpr std::uint64_t ExitedGivingUp = 3;

// Each life draws numbers of its own: a member's uuids never return.
std::uint64_t seed_of(const ProcessOptions& options) {
  const std::uint64_t node = base::derive_seed(options.seed, "node", options.node.value);
  return base::derive_seed(node, "incarnation", options.incarnation.value);
}

}  // namespace

// Declared so that what others use goes last.
struct RealProcess::Parts {
  Parts(Loop& loop, const ProcessOptions& options)
      : gate(loop),
        clock(gate),
        timers(gate),
        random(seed_of(options)),
        facts(gate, options.node, options.incarnation),
        transport(gate, timers, options.addresses),
        resolver(gate),
        http(gate) {}

  EventGate gate;
  RealClock clock;
  RealTimers timers;
  RealRandom random;
  FactLog facts;
  RealTransport transport;
  RealResolver resolver;
  RealHttpClient http;
};

RealProcess::RealProcess(Loop& loop, const ProcessOptions& options)
    : parts_(std::make_unique<Parts>(loop, options)),
      token_(std::make_shared<Token>(Token{this})) {}

RealProcess::~RealProcess() {
  exit_listener_ = nullptr;
  parts_->facts.remove_listeners();
  kill();
  token_->process = nullptr;
}

env::Environment RealProcess::environment() {
  return {parts_->clock,    parts_->timers, parts_->transport, parts_->random,
          parts_->resolver, parts_->http,   parts_->facts};
}

FactLog& RealProcess::facts() {
  return parts_->facts;
}

void RealProcess::step_wall_clock(base::Duration step) {
  if (!parts_->gate.enter()) return;
  parts_->clock.step_wall(step);
  parts_->facts.emit(base::EventKind::ClockStepped,
                     {static_cast<std::uint64_t>(step.count()), 0, 0, 0});
}

void RealProcess::set_wall_drift(std::int64_t parts_per_billion) {
  if (!parts_->gate.enter()) return;
  parts_->clock.set_drift(parts_per_billion);
  parts_->facts.emit(base::EventKind::ClockDrifts,
                     {static_cast<std::uint64_t>(parts_per_billion), 0, 0, 0});
}

void RealProcess::set_service_time(base::Duration service_time) {
  parts_->gate.set_service_time(service_time);
}

void RealProcess::excuse_event() {
  parts_->gate.excuse();
}

base::Duration RealProcess::wall_offset() const {
  return parts_->clock.wall_offset();
}

base::Endpoint RealProcess::listening_at() const {
  return parts_->transport.listening_at();
}

void RealProcess::start(std::unique_ptr<env::Program> program) {
  SPLITSCOPE_ASSERT(program_ == nullptr);
  program_ = std::move(program);
  is_running_ = true;
  post(Request::Start);
}

void RealProcess::shut_down() {
  post(Request::ShutDown);
}

void RealProcess::kill() {
  if (is_running_) end(ExitedByKill);
}

void RealProcess::exit_process(Exit reason) {
  if (exit_.has_value()) return;
  exit_ = reason;
  // The end comes after the running handler; nothing else reaches the program before it.
  parts_->gate.shut();
  post(Request::End);
}

void RealProcess::post(Request request) {
  boost::asio::post(parts_->gate.loop().context(), [token = token_, request] {
    if (token->process != nullptr) token->process->on_request(request);
  });
}

void RealProcess::on_request(Request request) {
  if (!is_running_) return;
  if (request == Request::End) {
    end(exit_ == Exit::Graceful ? ExitedGracefully : ExitedGivingUp);
    return;
  }
  if (exit_.has_value() || !parts_->gate.enter()) return;
  if (request == Request::ShutDown) {
    program_->shut_down();
    return;
  }
  const base::Endpoint host{parts_->transport.local_addresses().front(), 0};
  parts_->facts.emit(base::EventKind::ProcessStarted, {base::pack(host), 0, 0, 0});
  program_->start();
}

void RealProcess::end(std::uint64_t reason) {
  is_running_ = false;
  parts_->gate.loop().begin_event();
  parts_->gate.set_cause(0);
  parts_->facts.emit(base::EventKind::ProcessExited, {reason, 0, 0, 0});
  parts_->gate.shut();
  program_.reset();
  parts_->http.cancel_all();
  parts_->resolver.forget_all();
  parts_->transport.close_all();
  if (exit_listener_ != nullptr) exit_listener_->on_process_over();
}

}  // namespace splitscope::real
