#include "scenarios/script/literal.hpp"

#include <fmt/format.h>

#include "scenarios/script/literal_text.hpp"

namespace splitscope::scenarios {

void LiteralRecorder::network(const NetworkSpec& network) {
  statement(base::RunStart, lua_network(network));
}

void LiteralRecorder::cluster(ClusterId id, const ClusterSpec& spec) {
  statement(base::RunStart, fmt::format("local c{} = {}", id.value + 1, lua_cluster(spec)));
}

void LiteralRecorder::start(base::Instant at, ClusterId id, const StartOptions& options) {
  std::string how = "()";
  if (options.together) how = " { together = true }";
  if (options.stagger > base::Duration::zero()) {
    how = fmt::format(" {{ stagger = {} }}", lua_duration(options.stagger));
  }
  statement(at, fmt::format("c{}:start{}", id.value + 1, how));
}

void LiteralRecorder::fault(base::Instant at, FaultId id, const Fault& fault) {
  acts_.push_back({at, lua_fault(fault), id, std::nullopt});
}

void LiteralRecorder::heal(base::Instant at, FaultId id) {
  healed_.insert(id.value);
  statement(at, fmt::format("f[{}]:heal()", id.value + 1));
}

void LiteralRecorder::monitor(base::Instant at, std::uint32_t index, std::string lua) {
  acts_.push_back({at, std::move(lua), std::nullopt, index});
}

void LiteralRecorder::name_monitor(std::uint32_t index, std::string words) {
  words_[index] = std::move(words);
}

void LiteralRecorder::statement(base::Instant at, std::string lua) {
  acts_.push_back({at, std::move(lua), std::nullopt, std::nullopt});
}

void LiteralRecorder::end(base::Instant at) {
  statement(at, "");
}

std::string LiteralRecorder::line_of(const Act& act) const {
  if (act.fault.has_value() && healed_.contains(act.fault->value)) {
    return fmt::format("f[{}] = {}", act.fault->value + 1, act.lua);
  }
  if (!act.monitor.has_value()) return act.lua;
  const auto words = words_.find(*act.monitor);
  if (words == words_.end()) return act.lua;
  if (words->second.empty()) return fmt::format("expect({})", act.lua);
  return fmt::format("expect({}, {})", act.lua, lua_quoted(words->second));
}

std::string LiteralRecorder::text(std::string_view heading, std::string_view title) const {
  std::string text = fmt::format("-- {}\nscenario {{ {} }}\n", heading, lua_quoted(title));
  if (!healed_.empty()) text += "local f = {}\n";
  base::Instant now = base::RunStart;
  for (const Act& act : acts_) {
    if (act.at > now) {
      text += fmt::format("run_for({})\n", lua_duration(act.at - now));
      now = act.at;
    }
    const std::string line = line_of(act);
    if (!line.empty()) text += line + "\n";
  }
  return text;
}

}  // namespace splitscope::scenarios
