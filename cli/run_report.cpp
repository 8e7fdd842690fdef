#include "cli/run_report.hpp"

#include <cstdio>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/run_json.hpp"
#include "cli/terminal.hpp"
#include "engine/base/duration_text.hpp"

namespace splitscope::cli {

using scenarios::Played;
using scenarios::RunSpec;
using scenarios::Verdict;

namespace {

const char* colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Pass:
      return "\x1b[32m";
    case Verdict::Fail:
      return "\x1b[31m";
    case Verdict::Inconclusive:
      return "\x1b[33m";
  }
  return "";
}

void print_time(const char* name, const scenarios::MeasuredTime& time) {
  if (!time.value.has_value() && !time.is_never()) return;
  std::fputs(fmt::format("  {:<12} {}\n", name,
                         time.value.has_value() ? base::to_text(*time.value) : "never")
                 .c_str(),
             stdout);
}

// What clients noticed, where some probed.
void print_clients(const std::optional<scenarios::ClientMetrics>& clients) {
  if (!clients.has_value()) return;
  const std::uint64_t ppm = clients->availability_ppm();
  std::printf(
      "  %-12s %llu.%04llu %% of %llu requests, longest gap %s, %llu stale reads, %llu of "
      "%llu acknowledged entries and writes lost\n",
      "clients", static_cast<unsigned long long>(ppm / 10'000),
      static_cast<unsigned long long>(ppm % 10'000),
      static_cast<unsigned long long>(clients->requests), base::to_text(clients->gap_max).c_str(),
      static_cast<unsigned long long>(clients->stale_reads),
      static_cast<unsigned long long>(clients->lost_writes),
      static_cast<unsigned long long>(clients->entries + clients->writes));
}

}  // namespace

int exit_code_of(const Played& played) {
  if (played.script.end == scenarios::ScriptOutcome::End::Error) return 2;
  if (!played.record.violations.empty()) return 70;
  return scenarios::exit_code(played.record.verdict);
}

void print_report(const RunSpec& spec, const Played& played) {
  const bool colour = wants_colour();
  const scenarios::RunRecord& record = played.record;
  for (const std::string& note : played.notes) std::printf("%s\n", note.c_str());
  std::string text =
      fmt::format("{}{}{}  {}  seed {}\n", colour ? colour_of(record.verdict) : "",
                  scenarios::to_text(record.verdict), colour ? "\x1b[0m" : "",
                  played.script.title.empty() ? spec.script_path : played.script.title, spec.seed);
  for (const std::string& reason : record.reasons) text += "  " + reason + "\n";
  for (const scenarios::AppliedFault& applied : record.faults) {
    text += fmt::format("  {:>10}  {}{}\n", base::to_text(applied.applied_at),
                        applied.fault.label.empty() ? std::string(to_text(applied.fault.kind))
                                                    : applied.fault.label,
                        applied.effect.is_none() ? "  (touched nothing)" : "");
  }
  std::fputs(text.c_str(), stdout);
  print_time("form", record.metrics.form);
  print_time("detect", record.metrics.detect_last);
  print_time("elect", record.metrics.elect);
  print_time("merge", record.metrics.merge);
  print_clients(record.metrics.clients);
  for (const scenarios::Measurement& measurement : played.script.measurements) {
    std::printf("  measured %s: %s\n", measurement.name.c_str(), measurement.text.c_str());
  }
  if (spec.world == "sim") {
    std::printf("  %s simulated, %llu events, digest %s\n", base::to_text(record.ended_at).c_str(),
                static_cast<unsigned long long>(record.events), digest_text(record.digest).c_str());
  } else {
    const char* where = spec.world == "sockets" ? "on real sockets" : "with real Hazelcast";
    std::printf("  %s %s, %llu facts\n", base::to_text(record.ended_at).c_str(), where,
                static_cast<unsigned long long>(record.events));
  }
  if (record.verdict != Verdict::Pass) {
    std::printf("  replay: %s\n", scenarios::replay_command(spec).c_str());
  }
}

}  // namespace splitscope::cli
