// Faults of a cloud as scripts write them; see literal_text.hpp.
#include "scenarios/script/literal_cloud.hpp"

#include <fmt/format.h>

#include "scenarios/script/literal_text.hpp"
#include "scenarios/script/table_text.hpp"

namespace splitscope::scenarios {
namespace {

void add_range(TableText& table, const char* key, const cloud::Range& range) {
  if (range == cloud::Range{}) return;
  table.add(key, fmt::format("\"{}..{}\"", bare_duration(range.low), bare_duration(range.high)));
}

std::string_view name_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::CloudThrottle:
      return "throttle";
    case FaultKind::CloudLag:
      return "lag";
    case FaultKind::CloudFail:
      return "fail";
    case FaultKind::CloudEmpty:
      return "empty";
    case FaultKind::CloudTruncate:
      return "truncate";
    case FaultKind::CloudLosePage:
      return "lose_page";
    case FaultKind::CloudMetadataOff:
      return "metadata_off";
    case FaultKind::CloudHopLimit:
      return "hop_limit";
    case FaultKind::CloudExpire:
      return "expire_credentials";
    case FaultKind::CloudCut:
      return "cut";
    case FaultKind::CloudSlow:
      return "slow";
    default:
      return {};
  }
}

void add_own(TableText& table, const Fault& fault) {
  const cloud::CloudFault& own = fault.cloud;
  if (!own.action.empty()) table.add("action", lua_quoted(own.action));
  switch (fault.kind) {
    case FaultKind::CloudThrottle:
      table.add("capacity", fmt::format("{}", own.capacity));
      table.add("refill", fmt::format("{}", own.refill));
      break;
    case FaultKind::CloudLag:
      // At least one is named.
      add_range(table, "new", own.late_new);
      add_range(table, "tags", own.late_tags);
      table.add("dead", fmt::format("\"{}..{}\"", bare_duration(own.late_dead.low),
                                    bare_duration(own.late_dead.high)));
      break;
    case FaultKind::CloudFail:
      if (own.status != 0) table.add("status", fmt::format("{}", own.status));
      table.add("code", lua_quoted(own.code));
      table.add("rate", lua_rate(own.rate));
      if (own.first != 0) table.add("first", fmt::format("{}", own.first));
      break;
    case FaultKind::CloudTruncate:
      table.add("to", fmt::format("{}", own.count));
      break;
    case FaultKind::CloudSlow:
      table.add("by", fmt::format("\"{}..{}\"", bare_duration(own.late_new.low),
                                  bare_duration(own.late_new.high)));
      table.add("rate", lua_rate(own.rate));
      break;
    default:
      break;
  }
}

}  // namespace

std::string lua_cloud_fault(const Fault& fault) {
  const Members members = fault.groups.empty() ? Members{} : fault.groups.front();
  if (fault.kind == FaultKind::CloudTerminate) {
    return fmt::format("cloud.terminate({})", lua_members(members));
  }
  const std::string_view name = name_of(fault.kind);
  if (name.empty()) return {};
  TableText table;
  add_own(table, fault);
  if (!members.empty()) table.add("members", lua_members(members));
  if (fault.lasting.has_value()) table.add("for_", lua_duration(*fault.lasting));
  return fmt::format("cloud.{} {}", name, table.text());
}

}  // namespace splitscope::scenarios
