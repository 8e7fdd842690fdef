#include "cli/run_json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace splitscope::cli {
namespace {

namespace json = boost::json;
using scenarios::MeasuredTime;

double seconds(base::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}
double seconds(base::Instant instant) {
  return seconds(instant.time_since_epoch());
}

// A number of seconds, "never", or null where nothing was waited for.
json::value time_value(const MeasuredTime& time) {
  if (time.value.has_value()) return seconds(*time.value);
  if (time.is_never()) return "never";
  return nullptr;
}

// Null where no clients probed.
json::value clients_value(const std::optional<scenarios::ClientMetrics>& clients) {
  if (!clients.has_value()) return nullptr;
  json::object object;
  object["requests"] = clients->requests;
  object["answered"] = clients->answered;
  object["stale_reads"] = clients->stale_reads;
  object["availability"] = static_cast<double>(clients->availability_ppm()) / 1e6;
  object["gap_max_seconds"] = seconds(clients->gap_max);
  object["writes"] = clients->writes;
  object["entries"] = clients->entries;
  object["lost_writes"] = clients->lost_writes;
  return object;
}

json::object metrics_object(const scenarios::RunRecord& record) {
  const scenarios::RunMetrics& metrics = record.metrics;
  json::object object;
  const bool measured = metrics.member_ns > 0;
  object["window_seconds"] = seconds(metrics.window_end - metrics.window_start);
  object["agreement_availability"] = measured ? json::value(static_cast<double>(metrics.agreed_ns) /
                                                            static_cast<double>(metrics.member_ns))
                                              : json::value(nullptr);
  object["split_brain_forced_seconds"] = static_cast<double>(metrics.split_forced_ns) / 1e9;
  object["split_brain_needless_seconds"] = static_cast<double>(metrics.split_needless_ns) / 1e9;
  object["form_seconds"] = time_value(metrics.form);
  object["detect_first_seconds"] = time_value(metrics.detect_first);
  object["detect_last_seconds"] = time_value(metrics.detect_last);
  object["elect_seconds"] = time_value(metrics.elect);
  object["merge_seconds"] = time_value(metrics.merge);
  object["false_removals"] = metrics.false_removals;
  object["masters_max"] = metrics.masters_max;
  object["clients"] = clients_value(metrics.clients);
  json::object messages;
  for (const auto& [type, count] : record.messages) {
    messages[type] = json::object{{"messages", count.messages}, {"bytes", count.bytes}};
  }
  object["messages"] = std::move(messages);
  return object;
}

json::array expectations_array(const scenarios::RunRecord& record) {
  using Outcome = scenarios::Expectation::Outcome;
  json::array array;
  for (const scenarios::Expectation& expectation : record.expectations) {
    json::object object;
    object["words"] = expectation.words;
    object["line"] = expectation.line;
    object["outcome"] = expectation.outcome == Outcome::Met      ? "met"
                        : expectation.outcome == Outcome::Missed ? "missed"
                                                                 : "open";
    object["decides"] = expectation.decides;
    object["at_seconds"] = seconds(expectation.decided_at);
    object["seen"] = expectation.seen;
    array.push_back(std::move(object));
  }
  return array;
}

json::object effect_object(const scenarios::Effect& effect) {
  return {{"packets_matched", effect.packets_matched},
          {"packets_dropped", effect.packets_dropped},
          {"packets_delayed", effect.packets_delayed},
          {"packets_changed", effect.packets_changed},
          {"messages", effect.messages},
          {"connections", effect.connections},
          {"processes", effect.processes},
          {"hosts", effect.hosts},
          {"clocks", effect.clocks},
          {"calls", effect.calls}};
}

json::array faults_array(const scenarios::RunRecord& record) {
  json::array array;
  for (const scenarios::AppliedFault& applied : record.faults) {
    json::object object;
    object["kind"] = std::string(scenarios::to_text(applied.fault.kind));
    object["label"] = applied.fault.label;
    object["line"] = applied.fault.line;
    object["asked_at_seconds"] = seconds(applied.asked_at);
    object["at_seconds"] = seconds(applied.applied_at);
    object["healed_at_seconds"] = applied.healed_at.has_value()
                                      ? json::value(seconds(*applied.healed_at))
                                      : json::value(nullptr);
    object["effect"] = effect_object(applied.effect);
    array.push_back(std::move(object));
  }
  return array;
}

json::array members_array(const scenarios::Played& played) {
  json::array array;
  for (const scenarios::MemberState& member : played.members) {
    json::object object;
    object["name"] = member.name;
    object["endpoint"] = base::to_text(member.endpoint);
    object["running"] = member.process_running;
    object["joined"] = member.joined;
    object["view_version"] = member.view_version;
    json::array view;
    for (const scenarios::ViewEntry& entry : member.view)
      view.push_back(json::value(base::to_text(entry.endpoint)));
    object["view"] = std::move(view);
    array.push_back(std::move(object));
  }
  return array;
}

json::array measurements_array(const scenarios::Played& played) {
  json::array array;
  for (const scenarios::Measurement& measurement : played.script.measurements) {
    const json::value value = measurement.number.has_value() ? json::value(*measurement.number)
                                                             : json::value(measurement.text);
    array.push_back(json::object{{"name", measurement.name}, {"value", value}});
  }
  return array;
}

}  // namespace

std::string digest_text(std::uint64_t digest) {
  return fmt::format("{:016x}", digest);
}

json::object run_to_json(const scenarios::RunSpec& spec, const scenarios::Played& played) {
  json::object object;
  object["scenario"] = played.script.title.empty() ? spec.script_path : played.script.title;
  object["seed"] = spec.seed;
  object["world"] = spec.world;
  object["verdict"] = std::string(scenarios::to_text(played.record.verdict));
  object["digest"] = digest_text(played.record.digest);
  object["simulated_seconds"] = seconds(played.record.ended_at);
  object["events"] = played.record.events;
  object["reasons"] = json::value_from(played.record.reasons);
  object["metrics"] = metrics_object(played.record);
  object["expectations"] = expectations_array(played.record);
  object["faults"] = faults_array(played.record);
  object["members"] = members_array(played);
  object["measurements"] = measurements_array(played);
  object["replay"] = scenarios::replay_command(spec);
  return object;
}

}  // namespace splitscope::cli
