// Clocks that are wrong, and what operators write wrongly: clock.step, clock.drift, wrong_list,
// wrong_domain.
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/script/acts.hpp"

namespace splitscope::scenarios {
namespace {

constexpr double DriftMaxPpm = 100'000;

// "+130s" or "-2s"
base::Duration read_step(lua_State* L, int index) {
  const std::string text = read_text(L, index, "clock.step: the step");
  const bool has_sign = text.starts_with('+') || text.starts_with('-');
  const auto duration = base::parse_duration(std::string_view(text).substr(has_sign ? 1 : 0));
  if (!duration.has_value() || !has_sign) {
    fail(L, fmt::format("clock.step: \"{}\" is no step; write for example \"+130s\" or \"-2s\"",
                        text));
  }
  return text.front() == '-' ? -*duration : *duration;
}

// "200ppm", "-0.5ppm": parts per billion.
std::int64_t read_drift(lua_State* L, int index) {
  const std::string text = read_text(L, index, "clock.drift: the drift");
  double ppm = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, ppm);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (error != std::errc{} || unit != "ppm" || !(std::abs(ppm) <= DriftMaxPpm)) {
    fail(L, fmt::format("clock.drift: \"{}\" is no drift; write for example \"200ppm\"", text));
  }
  return std::llround(ppm * 1000);
}

int clock_step(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::ClockStep;
  const Group group = read_subject(L, "clock.step");
  fault.groups = {group.members};
  fault.step = read_step(L, 2);
  return push_fault(L, std::move(fault), fmt::format("clock.step({})", group.words));
}

int clock_drift(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::ClockDrift;
  const Group group = read_subject(L, "clock.drift");
  fault.groups = {group.members};
  fault.parts_per_billion = read_drift(L, 2);
  return push_fault(L, std::move(fault), fmt::format("clock.drift({})", group.words));
}

// A list of entries, or one text with commas.
int wrong_list(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::WrongList;
  const Group group = read_subject(L, "wrong_list");
  fault.groups = {group.members};
  if (lua_type(L, 2) == LUA_TTABLE) {
    fault.text = fmt::format("{}", fmt::join(read_texts(L, 2, "wrong_list: the list"), ","));
  } else {
    fault.text = read_text(L, 2, "wrong_list: the list");
  }
  return push_fault(L, std::move(fault), fmt::format("wrong_list({})", group.words));
}

int wrong_domain(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::WrongDomain;
  const Group group = read_subject(L, "wrong_domain");
  fault.groups = {group.members};
  fault.text = read_text(L, 2, "wrong_domain: the domain");
  return push_fault(L, std::move(fault), fmt::format("wrong_domain({})", group.words));
}

constexpr luaL_Reg ClockFunctions[] = {
    {"step", clock_step}, {"drift", clock_drift}, {nullptr, nullptr}};

}  // namespace

void bind_operator_faults(lua_State* L) {
  lua_newtable(L);
  luaL_setfuncs(L, ClockFunctions, 0);
  lua_setglobal(L, "clock");
  lua_register(L, "wrong_list", wrong_list);
  lua_register(L, "wrong_domain", wrong_domain);
}

}  // namespace splitscope::scenarios
