#include "scenarios/node/member_process.hpp"

#include <cstring>

#include "engine/real/real_random.hpp"
#include "scenarios/node/member_log.hpp"
#include "scenarios/node/member_metrics.hpp"
#include "scenarios/node/message_rules.hpp"
#include "schemes/registry/registry.hpp"

namespace splitscope::scenarios {

namespace {

env::Environment with_transport(const env::Environment& below, env::Transport& transport) {
  return {below.clock,    below.timers, transport,   below.random,
          below.resolver, below.http,   below.events};
}

}  // namespace

auth::Nonce MachineNonces::next() {
  auth::Nonce nonce;
  for (std::size_t at = 0; at < nonce.size(); at += sizeof(std::uint64_t)) {
    const std::uint64_t word = real::seed_of_the_machine();
    std::memcpy(nonce.data() + at, &word, sizeof(word));
  }
  return nonce;
}

// A member and the tap around its transport.
class MemberProcess::MemberProgram final : public env::Program {
 public:
  MemberProgram(MemberProcess& process, std::unique_ptr<auth::AuthTransport> auth,
                std::unique_ptr<MessageTap> tap, schemes::Member member)
      : process_(process),
        auth_(std::move(auth)),
        tap_(std::move(tap)),
        member_(std::move(member)) {
    process_.program_ = this;
  }
  ~MemberProgram() override { process_.program_ = nullptr; }
  void start() override { member_.program->start(); }
  void shut_down() override { member_.program->shut_down(); }

  const schemes::NodeInspection* member() const { return member_.inspection; }
  MessageTap* tap() const { return tap_.get(); }
  std::uint64_t refused_count() const { return auth_ == nullptr ? 0 : auth_->refused_count(); }

 private:
  MemberProcess& process_;
  // Each outlives what comes after it, which uses it to the end.
  std::unique_ptr<auth::AuthTransport> auth_;  // null without a join secret
  std::unique_ptr<MessageTap> tap_;
  schemes::Member member_;
};

base::Result<std::unique_ptr<MemberProcess>> MemberProcess::create(
    real::Loop& loop, const MemberProcessOptions& options, LogSink& log) {
  auto process = std::make_unique<MemberProcess>(Key{}, loop, options, log);
  if (auto built = process->build(options); !built.has_value()) {
    return std::unexpected(built.error());
  }
  return process;
}

MemberProcess::MemberProcess(Key, real::Loop& loop, const MemberProcessOptions& options,
                             LogSink& log)
    : loop_(loop),
      log_(log),
      config_(options.config),
      join_secret_(options.join_secret),
      process_(loop, options.process),
      control_(loop, process_, rules_, *this,
               {config_.scheme, config_.engine, options.allow_faults}) {
  look_timer_.emplace(process_.environment().timers,
                      base::Callback::to<&MemberProcess::look_at_member>(*this));
  process_.facts().add_listener(*this);
  process_.set_exit_listener(*this);
}

MemberProcess::~MemberProcess() = default;

base::Result<void> MemberProcess::build(const MemberProcessOptions& options) {
  if (auto built = build_member(options); !built.has_value()) return built;
  if (!options.trace_path.empty()) {
    auto file = real::TraceFile::create(
        options.trace_path,
        {{"scheme", std::string(schemes::to_text(config_.scheme))},
         {"seed", std::to_string(options.process.seed)},
         {"address", base::to_text(options.process.addresses.front())},
         {"run_start_monotonic_ns", std::to_string(loop_.run_start().count())}},
        process_.environment().timers);
    if (!file.has_value()) return std::unexpected(file.error());
    trace_ = std::move(*file);
  }
  if (!options.control_path.empty()) {
    if (auto opened = control_.open(options.control_path); !opened.has_value()) return opened;
  }
  if (options.metrics != base::NoEndpoint) {
    auto server = real::TextServer::open(loop_, options.metrics, "/metrics", *this);
    if (!server.has_value()) return std::unexpected(server.error());
    metrics_ = std::move(*server);
  }
  return {};
}

base::Result<void> MemberProcess::build_member(const MemberProcessOptions& options) {
  const env::Environment below = process_.environment();
  std::unique_ptr<auth::AuthTransport> auth = make_auth();
  const env::Environment heard = auth == nullptr ? below : with_transport(below, *auth);
  std::unique_ptr<MessageTap> tap = rules_.make_tap(heard);
  const schemes::MemberSettings settings{.port = options.port, .boot_time = options.boot_time};
  auto member = schemes::make_member(config_, settings, with_transport(below, *tap), process_);
  if (!member.has_value()) return std::unexpected(member.error());
  unstarted_ =
      std::make_unique<MemberProgram>(*this, std::move(auth), std::move(tap), std::move(*member));
  return {};
}

std::unique_ptr<auth::AuthTransport> MemberProcess::make_auth() {
  if (!join_secret_.has_value()) return nullptr;
  return std::make_unique<auth::AuthTransport>(process_.environment(), *join_secret_,
                                               config_.cluster_name, nonces_);
}

void MemberProcess::start() {
  process_.start(std::move(unstarted_));
}

void MemberProcess::shut_down() {
  process_.shut_down();
}

void MemberProcess::kill() {
  process_.kill();
}

int MemberProcess::exit_code() const {
  if (trace_error_.has_value()) return 2;
  return process_.exit() == env::ProgramHost::Exit::Graceful ? 0 : 1;
}

std::optional<MemberReport> MemberProcess::report() const {
  if (program_ == nullptr) return std::nullopt;
  return report_of(*program_->member(), loop_.now());
}

base::Endpoint MemberProcess::metrics_at() const {
  return metrics_ == nullptr ? base::NoEndpoint : metrics_->local();
}

const schemes::NodeInspection* MemberProcess::member() const {
  return program_ == nullptr ? nullptr : program_->member();
}

MessageTap* MemberProcess::tap() const {
  return program_ == nullptr ? nullptr : program_->tap();
}

// --- what the member reports ---

void MemberProcess::on_fact(const base::TraceEvent& fact) {
  if (trace_ != nullptr) {
    trace_->on_fact(fact);
    check_trace();
  }
  control_.on_fact(fact);
  log_.on_log(fact_text(fact));
  look_timer_->arm_after(base::Duration::zero());
}

void MemberProcess::look_at_member() {
  process_.excuse_event();
  if (program_ == nullptr) return;
  MemberReport now = *report();
  now.time = last_report_.time;
  if (now == last_report_) return;
  const bool has_new_view = now.joined && (now.view != last_report_.view ||
                                           now.view_version != last_report_.view_version);
  now.time = loop_.now();
  last_report_ = now;
  if (has_new_view) log_.on_log(members_text(now));
  control_.on_state(now);
}

void MemberProcess::check_trace() {
  if (trace_error_.has_value() || trace_->is_good()) return;
  trace_error_ = "the trace cannot be written any more: is the disk full? The member leaves.";
  log_.on_log(*trace_error_);
  process_.shut_down();
}

void MemberProcess::on_process_over() {
  if (trace_ != nullptr) {
    const auto finished = trace_->finish({});
    if (!finished.has_value() && !trace_error_.has_value()) {
      trace_error_ = finished.error().message;
      log_.on_log(*trace_error_);
    }
  }
  loop_.stop();
}

std::string MemberProcess::text() {
  MemberNumbers numbers;
  numbers.facts = process_.facts().count();
  if (program_ != nullptr) {
    numbers.report = *report();
    numbers.is_master = program_->member()->is_master();
    numbers.malformed = program_->member()->malformed_count();
    numbers.refused = program_->refused_count();
  }
  return metrics_text(numbers, rules_.faults());
}

}  // namespace splitscope::scenarios
