// Traps in configuration files, found before a cluster is deployed. lint_files() judges one file,
// or one for each node, by the rules of lint_rules.hpp; lint_report.hpp writes what it found.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/import/import.hpp"

namespace splitscope::scenarios {

enum class Severity : std::uint8_t {
  Error,    // the cluster does not form, or falls apart for sure
  Warning,  // it hurts in a failure
  Note,     // worth knowing
};
// "error", "warning", "note"
std::string_view to_text(Severity severity);

struct LintFinding {
  std::string rule;  // "L-WKA-ONE"
  Severity severity = Severity::Warning;
  Place place;              // of a default: where its section begins
  std::string consequence;  // what will happen, a sentence
  std::string mend;         // what to write instead, a sentence
  friend bool operator==(const LintFinding&, const LintFinding&) = default;
};

// A version of carbon-kernel.
struct KernelVersion {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t patch = 0;
  friend auto operator<=>(const KernelVersion&, const KernelVersion&) = default;
};
// "4.9.27"
base::Result<KernelVersion> parse_kernel_version(std::string_view text);

// How containers of AWS ECS reach the network.
enum class NetworkMode : std::uint8_t { Host, Bridge, AwsVpc };

// What the files cannot say. Everything may be left unknown; rules that need it then say "if".
struct LintOptions {
  std::optional<schemes::Engine> engine;  // else what the files say
  std::optional<KernelVersion> kernel;
  std::optional<NetworkMode> network_mode;
  std::optional<bool> requires_imds_v2;  // HttpTokens=required on the instances
  bool is_routed = false;                // the members are in more than one subnet
};

// All findings, in the order of the files, then of their lines and rules; none is a fine answer.
// A file that cannot be read, or a value that no engine takes, is an error as in import_files();
// files that contradict each other are findings here.
base::Result<std::vector<LintFinding>> lint_files(std::span<const SourceFile> files,
                                                  const Placeholders& placeholders,
                                                  const LintOptions& options);

}  // namespace splitscope::scenarios
