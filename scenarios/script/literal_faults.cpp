// Every kind of fault as scripts write it; see literal_text.hpp.
#include <cstdlib>

#include <fmt/format.h>

#include "scenarios/script/literal_cloud.hpp"
#include "scenarios/script/literal_text.hpp"
#include "scenarios/script/table_text.hpp"

namespace splitscope::scenarios {
namespace {

Members side(const Fault& fault, std::size_t index) {
  return index < fault.groups.size() ? fault.groups[index] : Members{};
}

TableText lasting(const Fault& fault) {
  TableText table;
  if (fault.lasting.has_value()) table.add("for_", lua_duration(*fault.lasting));
  return table;
}

// name(a, b, ..., { options })
std::string on_sides(std::string_view name, const Fault& fault, const TableText& options) {
  std::string text;
  for (const Members& members : fault.groups) {
    text += (text.empty() ? "" : ", ") + lua_members(members);
  }
  return fmt::format("{}({}{})", name, text, options.as_last_argument());
}

void add_delay(TableText& table, const Fault& fault) {
  if (fault.delay != base::Duration::zero()) table.add("by", lua_duration(fault.delay));
  if (fault.jitter != base::Duration::zero()) table.add("jitter", lua_duration(fault.jitter));
}

// name { options, from = a, to = b }
std::string on_path(std::string_view name, const Fault& fault, TableText table) {
  if (!side(fault, 0).empty()) table.add("from", lua_members(side(fault, 0)));
  if (!side(fault, 1).empty()) table.add("to", lua_members(side(fault, 1)));
  if (fault.one_way && fault.kind != FaultKind::Cut) table.add("one_way", "true");
  if (fault.lasting.has_value()) table.add("for_", lua_duration(*fault.lasting));
  return fmt::format("{} {}", name, table.text());
}

std::string on_messages(std::string_view name, const Fault& fault) {
  TableText table;
  table.add("type", lua_quoted(fault.message_type));
  if (fault.nth != 0) table.add("nth", fmt::format("{}", fault.nth));
  if (fault.first != 0) table.add("first", fmt::format("{}", fault.first));
  add_delay(table, fault);
  return on_path(name, fault, std::move(table));
}

std::string with_rate(std::string_view name, const Fault& fault) {
  TableText table;
  const bool always = fault.probability == base::Probability::always();
  if (!always || fault.kind != FaultKind::Delay) table.add("rate", lua_rate(fault.probability));
  add_delay(table, fault);
  return on_path(name, fault, std::move(table));
}

std::string in_bursts(const Fault& fault) {
  TableText burst;
  burst.add("enter", lua_rate(fault.probability));
  burst.add("leave", lua_rate(fault.recovery));
  TableText table;
  table.add("burst", burst.text());
  return on_path("lose", fault, std::move(table));
}

std::string and_again(std::string_view name, const Fault& fault) {
  TableText table;
  if (fault.after != base::Duration::zero()) table.add("after", lua_duration(fault.after));
  return on_sides(name, fault, table);
}

std::string with_text(std::string_view name, const Fault& fault, std::string_view text) {
  return fmt::format("{}({}, {})", name, lua_members(side(fault, 0)), lua_quoted(text));
}

std::string step_text(base::Duration step) {
  const bool back = step < base::Duration::zero();
  const std::string size = lua_duration(back ? -step : step);
  return (back ? "-" : "+") + size.substr(1, size.size() - 2);
}

std::string drift_text(std::int64_t parts_per_billion) {
  const auto size = std::abs(parts_per_billion);
  return fmt::format("{}{}.{:03}ppm", parts_per_billion < 0 ? "-" : "", size / 1000, size % 1000);
}

TableText started_with(const Fault& fault) {
  TableText table;
  if (fault.boot.has_value()) table.add("boot", lua_duration(*fault.boot));
  if (fault.properties.empty()) return table;
  TableText properties;
  for (const auto& [name, value] : fault.properties) {
    properties.add(fmt::format("[{}]", lua_quoted(name)), lua_quoted(value));
  }
  table.add("properties", properties.text());
  return table;
}

// Acts on processes, hosts, clocks and configurations; empty for another kind.
std::string act_text(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::Kill:
      return on_sides("kill", fault, {});
    case FaultKind::Stop:
      return on_sides("stop", fault, {});
    case FaultKind::Start:
      return on_sides("start", fault, started_with(fault));
    case FaultKind::Restart:
      return and_again("restart", fault);
    case FaultKind::Pause:
      return on_sides("pause", fault, lasting(fault));
    case FaultKind::Resume:
      return on_sides("resume", fault, {});
    case FaultKind::Slow: {
      TableText table = lasting(fault);
      table.add("time", lua_duration(fault.delay));
      return on_sides("slow", fault, table);
    }
    case FaultKind::PowerOff:
      return on_sides("power_off", fault, {});
    case FaultKind::PowerOn:
      return on_sides("power_on", fault, {});
    case FaultKind::Reboot:
      return and_again("reboot", fault);
    case FaultKind::ChangeAddress:
      return with_text("address", fault, base::to_text(fault.address));
    case FaultKind::ClockStep:
      return with_text("clock.step", fault, step_text(fault.step));
    case FaultKind::ClockDrift:
      return with_text("clock.drift", fault, drift_text(fault.parts_per_billion));
    case FaultKind::WrongList:
      return with_text("wrong_list", fault, fault.text);
    case FaultKind::WrongDomain:
      return with_text("wrong_domain", fault, fault.text);
    default:
      return {};
  }
}

// What keeps members apart; empty for another kind.
std::string separation_text(const Fault& fault) {
  TableText table = lasting(fault);
  switch (fault.kind) {
    case FaultKind::Partition:
      return on_sides("partition", fault, table);
    case FaultKind::Isolate:
      if (fault.all_frames) table.add("cable", "true");
      return on_sides("isolate", fault, table);
    case FaultKind::Bridge:
      return on_sides("bridge", fault, table);
    case FaultKind::Flap:
      table.add("period", lua_duration(fault.period));
      table.add("down", lua_duration(fault.down));
      return on_sides("flap", fault, table);
    case FaultKind::ClosePort:
      table.add("port", fmt::format("{}", fault.port));
      return on_sides("close_port", fault, table);
    case FaultKind::Cut:
      return on_path("cut", fault, {});
    default:
      return {};
  }
}

std::string traffic_text(const Fault& fault) {
  TableText table;
  switch (fault.kind) {
    case FaultKind::Delay:
      return with_rate("delay", fault);
    case FaultKind::Lose:
      return with_rate("lose", fault);
    case FaultKind::LoseBurst:
      return in_bursts(fault);
    case FaultKind::Duplicate:
      return with_rate("duplicate", fault);
    case FaultKind::Reorder:
      return with_rate("reorder", fault);
    case FaultKind::Throttle:
      table.add("bits_per_second", fmt::format("{}", fault.bits_per_second));
      return on_path("throttle", fault, std::move(table));
    case FaultKind::BlockMulticast:
      table.add("multicast", "true");
      return on_path("block", fault, std::move(table));
    case FaultKind::Reject:
      return on_path("reject", fault, {});
    case FaultKind::Hold:
      return on_path("hold", fault, {});
    case FaultKind::DropMessage:
      return on_messages("drop", fault);
    case FaultKind::DelayMessage:
      return on_messages("delay", fault);
    case FaultKind::DuplicateMessage:
      return on_messages("duplicate", fault);
    case FaultKind::HoldMessage:
      return on_messages("hold", fault);
    default:
      return {};
  }
}

}  // namespace

std::string lua_fault(const Fault& fault) {
  std::string text = act_text(fault);
  if (text.empty()) text = separation_text(fault);
  if (text.empty()) text = traffic_text(fault);
  if (text.empty()) text = lua_cloud_fault(fault);
  return text;
}

}  // namespace splitscope::scenarios
