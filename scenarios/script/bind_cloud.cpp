// What a cloud's control plane does wrong: cloud.throttle, cloud.lag, cloud.fail and so on; and
// what it was asked: cloud.calls.
#include <algorithm>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/script/acts.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::int64_t TokensMax = 1'000'000;
constexpr std::int64_t CallsMax = 1'000'000;

// "2s", or "0s..10s".
cloud::Range read_range(lua_State* L, const Options& options, const char* key) {
  const auto text = options.text(key);
  if (!text) return {};
  const std::size_t dots = text->find("..");
  const auto low = base::parse_duration(std::string_view(*text).substr(0, dots));
  const auto high = dots == std::string::npos
                        ? low
                        : base::parse_duration(std::string_view(*text).substr(dots + 2));
  if (!low.has_value() || !high.has_value() || *high < *low) {
    fail(L, fmt::format("{}: \"{}\" is no range; write for example \"0s..10s\"", options.what(key),
                        *text));
  }
  return {*low, *high};
}

// With members, action and for_; `more` are the fault's own.
Options read_options(lua_State* L, const char* function, std::vector<std::string_view> more) {
  std::vector<std::string_view> known{"members", "for_"};
  known.insert(known.end(), more.begin(), more.end());
  return {L, 1, function, std::move(known)};
}

int push_cloud_fault(lua_State* L, const Options& options, const char* function, Fault fault) {
  std::string who = "everybody";
  if (const auto members = options.group("members")) {
    fault.groups = {members->members};
    who = members->words;
  }
  if (options.has("action")) fault.cloud.action = *options.text("action");
  fault.lasting = options.duration("for_");
  const std::string of = fault.cloud.action.empty() ? std::string{} : fault.cloud.action + " of ";
  return push_fault(L, std::move(fault), fmt::format("{}({}{})", function, of, who));
}

Fault fault_of(FaultKind kind) {
  Fault fault;
  fault.kind = kind;
  return fault;
}

int throttle_calls(lua_State* L) {
  const Options options = read_options(L, "cloud.throttle", {"action", "capacity", "refill"});
  if (options.has("members"))
    fail(L, "cloud.throttle: the account shares its buckets; leave out members");
  Fault fault = fault_of(FaultKind::CloudThrottle);
  fault.cloud.capacity =
      static_cast<std::uint32_t>(options.integer("capacity", 0, TokensMax).value_or(0));
  fault.cloud.refill =
      static_cast<std::uint32_t>(options.integer("refill", 0, TokensMax).value_or(0));
  return push_cloud_fault(L, options, "cloud.throttle", std::move(fault));
}

int lag(lua_State* L) {
  const Options options = read_options(L, "cloud.lag", {"action", "new", "dead", "tags"});
  Fault fault = fault_of(FaultKind::CloudLag);
  fault.cloud.late_new = read_range(L, options, "new");
  fault.cloud.late_dead = read_range(L, options, "dead");
  fault.cloud.late_tags = read_range(L, options, "tags");
  if (!options.has("new") && !options.has("dead") && !options.has("tags")) {
    fail(L, "cloud.lag: say what is late, for example cloud.lag { new = \"0s..10s\" }");
  }
  return push_cloud_fault(L, options, "cloud.lag", std::move(fault));
}

// Without a status: no answer, and the caller waits for its time-out.
int fail_calls(lua_State* L) {
  const Options options =
      read_options(L, "cloud.fail", {"action", "status", "code", "rate", "first"});
  Fault fault = fault_of(FaultKind::CloudFail);
  fault.cloud.status = static_cast<std::uint16_t>(options.integer("status", 400, 599).value_or(0));
  fault.cloud.code = options.text("code").value_or("Unavailable");
  fault.cloud.rate = options.rate("rate").value_or(base::Probability::always());
  fault.cloud.first = static_cast<std::uint32_t>(options.integer("first", 1, CallsMax).value_or(0));
  return push_cloud_fault(L, options, "cloud.fail", std::move(fault));
}

int empty(lua_State* L) {
  const Options options = read_options(L, "cloud.empty", {"action"});
  return push_cloud_fault(L, options, "cloud.empty", fault_of(FaultKind::CloudEmpty));
}

int truncate(lua_State* L) {
  const Options options = read_options(L, "cloud.truncate", {"action", "to"});
  Fault fault = fault_of(FaultKind::CloudTruncate);
  const auto count = options.integer("to", 1, CallsMax);
  if (!count) fail(L, "cloud.truncate: say to how many, for example cloud.truncate { to = 2 }");
  fault.cloud.count = static_cast<std::uint32_t>(*count);
  return push_cloud_fault(L, options, "cloud.truncate", std::move(fault));
}

int lose_page(lua_State* L) {
  const Options options = read_options(L, "cloud.lose_page", {"action"});
  return push_cloud_fault(L, options, "cloud.lose_page", fault_of(FaultKind::CloudLosePage));
}

int metadata_off(lua_State* L) {
  const Options options = read_options(L, "cloud.metadata_off", {});
  return push_cloud_fault(L, options, "cloud.metadata_off", fault_of(FaultKind::CloudMetadataOff));
}

int hop_limit(lua_State* L) {
  const Options options = read_options(L, "cloud.hop_limit", {});
  return push_cloud_fault(L, options, "cloud.hop_limit", fault_of(FaultKind::CloudHopLimit));
}

int expire(lua_State* L) {
  const Options options = read_options(L, "cloud.expire_credentials", {});
  return push_cloud_fault(L, options, "cloud.expire_credentials", fault_of(FaultKind::CloudExpire));
}

int cut_endpoint(lua_State* L) {
  const Options options = read_options(L, "cloud.cut", {"action"});
  return push_cloud_fault(L, options, "cloud.cut", fault_of(FaultKind::CloudCut));
}

int slow_answers(lua_State* L) {
  const Options options = read_options(L, "cloud.slow", {"action", "by", "rate"});
  if (!options.has("by")) fail(L, "cloud.slow: say by how much, for example { by = \"2s..3s\" }");
  Fault fault = fault_of(FaultKind::CloudSlow);
  fault.cloud.late_new = read_range(L, options, "by");
  fault.cloud.rate = options.rate("rate").value_or(base::Probability::always());
  return push_cloud_fault(L, options, "cloud.slow", std::move(fault));
}

int terminate(lua_State* L) {
  Fault fault = fault_of(FaultKind::CloudTerminate);
  const Group group = read_subject(L, "cloud.terminate");
  fault.groups = {group.members};
  return push_fault(L, std::move(fault), fmt::format("cloud.terminate({})", group.words));
}

// cloud.calls(), cloud.calls("DescribeInstances"): a table of how many there were so far.
int calls(lua_State* L) {
  const std::string action =
      lua_isnoneornil(L, 1) ? "" : read_text(L, 1, "cloud.calls: the action");
  const CloudCalls count = context(L).world.cloud_calls(action);
  lua_newtable(L);
  const auto set = [L](const char* name, std::uint64_t value) {
    lua_pushinteger(L, static_cast<lua_Integer>(value));
    lua_setfield(L, -2, name);
  };
  set("calls", count.calls);
  set("throttled", count.throttled);
  set("failed", count.failed);
  return 1;
}

constexpr luaL_Reg CloudFunctions[] = {{"throttle", throttle_calls},
                                       {"lag", lag},
                                       {"fail", fail_calls},
                                       {"empty", empty},
                                       {"truncate", truncate},
                                       {"lose_page", lose_page},
                                       {"metadata_off", metadata_off},
                                       {"hop_limit", hop_limit},
                                       {"expire_credentials", expire},
                                       {"cut", cut_endpoint},
                                       {"slow", slow_answers},
                                       {"terminate", terminate},
                                       {"calls", calls},
                                       {nullptr, nullptr}};

}  // namespace

void bind_cloud(lua_State* L) {
  lua_newtable(L);
  luaL_setfuncs(L, CloudFunctions, 0);
  lua_setglobal(L, "cloud");
}

}  // namespace splitscope::scenarios
