// What a cluster holds, and the clients that use it: cluster { data = }, c:probe { }.
#include <array>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/kit/client_ledger.hpp"
#include "scenarios/script/arguments.hpp"
#include "scenarios/script/cluster_methods.hpp"
#include "scenarios/script/data.hpp"
#include "scenarios/script/table_text.hpp"
#include "schemes/data/partition_table.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::array<std::string_view, 5> PolicyNames{"put_if_absent", "latest_update",
                                                      "higher_hits", "pass_through", "discard"};

constexpr std::int64_t EntriesMax = 100'000;
constexpr base::Duration ProbeIntervalMin = std::chrono::milliseconds{10};
constexpr base::Duration MigrationTimeMax = std::chrono::minutes{10};

std::string lua_probe(const ProbePlan& plan) {
  if (plan.interval == ProbePlan{}.interval) return fmt::format("entries = {}", plan.entries);
  return fmt::format("entries = {}, interval = \"{}\"", plan.entries, base::to_text(plan.interval));
}

int probe(lua_State* L) {
  const ClusterId id = read_self(L, "probe");
  const Options options(L, 2, "probe", {"entries", "interval"});
  ProbePlan plan;
  plan.entries = static_cast<std::uint32_t>(
      options.integer("entries", 0, EntriesMax).value_or(ProbePlan::EntriesDefault));
  if (const auto interval = options.duration("interval")) {
    if (*interval < ProbeIntervalMin) fail(L, "probe: interval: at least 10ms");
    plan.interval = *interval;
  }
  ScriptContext& script = context(L);
  if (!script.probed.insert(id.value).second) fail(L, "probe: this cluster is probed already");
  const auto begun = script.world.probe(id, plan);
  if (!begun.has_value()) {
    script.world.declare_inconclusive(begun.error().message);
    return 0;
  }
  script.literal.statement(script.world.now(),
                           fmt::format("c{}:probe {{ {} }}", id.value + 1, lua_probe(plan)));
  return 0;
}

constexpr luaL_Reg DataMethods[] = {{"probe", probe}, {nullptr, nullptr}};

}  // namespace

void read_data(lua_State* L, const Options& options, schemes::DataConfig& data) {
  if (options.push("data")) {
    const Options given(L, lua_gettop(L), "cluster: data",
                        {"backups", "quorum", "merge_policy", "migration_time"});
    if (const auto backups = given.integer("backups", 0, schemes::BackupCountMax)) {
      data.backup_count = static_cast<std::uint32_t>(*backups);
    }
    if (const auto quorum = given.integer("quorum", 0, Limits::MembersMax)) {
      data.split_brain_protection_size = static_cast<std::uint32_t>(*quorum);
    }
    if (const auto time = given.duration("migration_time")) {
      if (*time > MigrationTimeMax) fail(L, "cluster: data: migration_time: at most 10m");
      data.migration_time = *time;
    }
    if (const auto name = given.text("merge_policy")) {
      const auto policy = schemes::merge_policy_named(*name);
      if (!policy.has_value()) {
        fail(L, fmt::format("cluster: data: merge_policy: there is no \"{}\"{}; write {}", *name,
                            did_you_mean(*name, {PolicyNames.begin(), PolicyNames.end()}),
                            fmt::join(PolicyNames, ", ")));
      }
      data.merge_policy = *policy;
    }
  }
  lua_pop(L, 1);
}

std::string lua_data(const schemes::DataConfig& data) {
  TableText table;
  table.add("backups", std::to_string(data.backup_count));
  table.add("quorum", std::to_string(data.split_brain_protection_size));
  table.add("merge_policy", fmt::format("\"{}\"", schemes::to_text(data.merge_policy)));
  if (data.migration_time.has_value()) {
    table.add("migration_time", fmt::format("\"{}\"", base::to_text(*data.migration_time)));
  }
  return table.text();
}

// After bind_clusters, which defines the type of clusters.
void bind_data(lua_State* L) {
  add_methods(L, TypeName<ClusterId>, DataMethods);
}

}  // namespace splitscope::scenarios
