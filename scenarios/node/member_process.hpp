// One member as a process on real sockets: the same ClusterNode that the simulator runs, with what
// an operator and a runner need around it: a log, a control socket, a trace, metrics, and faults on
// its messages and its wall clock. docs/node.md describes all of it from outside.
// Invariant: what is observed never changes what the member does.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/auth/auth_transport.hpp"
#include "engine/real/text_server.hpp"
#include "engine/real/trace_file.hpp"
#include "scenarios/node/member_control.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

struct MemberProcessOptions {
  schemes::ClusterConfig config;
  std::uint16_t port = 0;                   // 0 = the cluster's
  std::optional<base::Duration> boot_time;  // else drawn, as a JVM takes on a quiet machine
  real::ProcessOptions process;
  std::string control_path;                   // empty = no control socket
  std::string trace_path;                     // empty = no trace
  base::Endpoint metrics = base::NoEndpoint;  // NoEndpoint = none are served
  bool allow_faults = false;
  // What members prove to each other before they are heard (docs/join-secret.md); none = anybody
  // is.
  std::optional<auth::JoinSecret> join_secret;
};

// Takes the log, line by line or several lines at once.
class LogSink {
 public:
  virtual void on_log(std::string_view text) = 0;

 protected:
  ~LogSink() = default;
};

// From the kernel's generator.
class MachineNonces final : public auth::NonceSource {
 public:
  auth::Nonce next() override;
};

class MemberProcess final : private real::FactListener,
                            private MemberWindow,
                            private real::TextSource,
                            private real::ExitListener {
  struct Key {};  // only create() has one

 public:
  // Errors are sentences for a person: the configuration, a path, a port. `loop` and `log` outlive
  // the process. The loop is stopped when the member is over.
  static base::Result<std::unique_ptr<MemberProcess>> create(real::Loop& loop,
                                                             const MemberProcessOptions& options,
                                                             LogSink& log);
  MemberProcess(Key key, real::Loop& loop, const MemberProcessOptions& options, LogSink& log);
  ~MemberProcess();
  MemberProcess(const MemberProcess&) = delete;
  MemberProcess& operator=(const MemberProcess&) = delete;

  void start();
  // A graceful shutdown, as SIGTERM asks for.
  void shut_down();
  // As kill -9 ends it: its peers get FIN or RST and no word.
  void kill();
  bool is_over() const { return process_.is_over(); }
  // Graceful 0; 1 where the member gave up; 2 where the trace could not be written.
  int exit_code() const;

  // What the member believes now; nothing once it is over.
  std::optional<MemberReport> report() const;
  // Where metrics are served; NoEndpoint if nowhere.
  base::Endpoint metrics_at() const;

 private:
  class MemberProgram;
  base::Result<void> build(const MemberProcessOptions& options);
  base::Result<void> build_member(const MemberProcessOptions& options);
  std::unique_ptr<auth::AuthTransport> make_auth();

  void on_fact(const base::TraceEvent& fact) override;
  void on_process_over() override;
  std::string text() override;
  const schemes::NodeInspection* member() const override;
  MessageTap* tap() const override;
  void look_at_member();
  void check_trace();

  real::Loop& loop_;
  LogSink& log_;
  const schemes::ClusterConfig config_;
  const std::optional<auth::JoinSecret> join_secret_;
  MachineNonces nonces_;
  MessageRules rules_;
  real::RealProcess process_;
  MemberControl control_;
  // Of the running program; null once it is over.
  MemberProgram* program_ = nullptr;
  std::unique_ptr<env::Program> unstarted_;
  std::unique_ptr<real::TraceFile> trace_;
  std::unique_ptr<real::TextServer> metrics_;
  // Looks at the member once the event that reported facts is over.
  std::optional<env::Timer> look_timer_;
  MemberReport last_report_;
  std::optional<std::string> trace_error_;
};

}  // namespace splitscope::scenarios
