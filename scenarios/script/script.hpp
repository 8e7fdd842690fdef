// Scenario scripts: Lua 5.4 that drives a world from outside. Hides Lua altogether. Scripts are
// sandboxed and bounded: no files, no operating system, no bytecode, no unseeded random numbers, at
// most instructions_max instructions and MemoryMax bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/kit/world.hpp"

namespace splitscope::scenarios {

struct ScriptOptions {
  static constexpr std::size_t MemoryMax = std::size_t{64} << 20;

  std::uint64_t seed = 1;
  std::uint64_t instructions_max = 50'000'000;
  std::map<std::string, std::string> parameters;  // --set k=v
  // Text of a module that the script requires ("lib/x"); none = there is no such module.
  std::function<base::Result<std::string>(std::string_view name)> load_module;
  // The configuration behind cluster { from = "deployment.toml" }; the path is relative and does
  // not leave the script's folder.
  std::function<base::Result<ClusterSpec>(std::string_view path)> load_cluster;
  // Replaces what the script asked for, for example by a user's own configuration in a comparison.
  // `well_known` of the result says whom the roles mean, also under schemes without a list; spares
  // that the script asked for are kept.
  std::function<ClusterSpec(ClusterSpec)> override_cluster;
  // A run_until that runs out goes on instead of ending the script: in a comparison that is an
  // outcome, not a failure.
  bool waits_may_run_out = false;
  // Time that passes before the first fault on a running cluster, so that ticks and faults meet in
  // every phase.
  base::Duration fault_phase{};
  // Replaces the network, likewise; called once, with the default where the script names none.
  std::function<NetworkSpec(NetworkSpec)> override_network;
};

struct ParameterSeen {
  std::string name;
  std::string default_value;
};

// What a script measured: a number (durations in milliseconds), a text, or that it never happened.
struct Measurement {
  std::string name;
  std::optional<double> number;
  std::string text;  // as it is written; "never"
};

struct ScriptOutcome {
  enum class End : std::uint8_t {
    Finished,    // the last line was reached
    WaitFailed,  // a run_until ran out; World::expect was told
    Stopped,     // a role was nobody's (declared inconclusive), or the world ended the run
    Error,       // the script is wrong: `error` says where and what to write instead
  };
  End end = End::Finished;
  std::string error;
  std::string title;   // of scenario { "..." }
  std::string museum;  // "M12", or empty
  std::string shows;   // the sentence on what it shows
  std::vector<ParameterSeen> parameters;
  std::vector<Measurement> measurements;
};

// One run of a script. Keep it until SimWorld::finish() has returned: triggers call into it.
class ScriptRun {
 public:
  // `path` is for messages only. `options` and `world` outlive *this.
  ScriptRun(std::string path, std::string text, const ScriptOptions& options, World& world);
  ~ScriptRun();
  ScriptRun(const ScriptRun&) = delete;
  ScriptRun& operator=(const ScriptRun&) = delete;

  // From the first line to the last; the world is left where the script left it. Once.
  void run();
  // What came of it so far: a trigger that fires later may still bring an Error.
  const ScriptOutcome& outcome() const;
  // The run so far as a literal script: the same acts and statements at the same moments, members
  // by name. With the same seed it does the same. `heading` becomes its first comment.
  std::string literal(std::string_view heading) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The comment that a script begins with, up to its first empty line: a sentence on what it shows.
// Empty if there is none.
std::string script_summary(std::string_view text);

}  // namespace splitscope::scenarios
