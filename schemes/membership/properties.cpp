#include "schemes/membership/properties.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace splitscope::schemes {

using base::failure;
using base::Result;

namespace {

// Hazelcast reads its properties as Java integers.
constexpr std::int64_t JavaIntMax = 2'147'483'647;
using enum PropertyUnit;

constexpr PropertyRow seconds(std::string_view name, std::string_view hz35, std::string_view hz312,
                              std::string_view hz53, std::string_view wso2 = "",
                              std::int64_t value_min = 0) {
  return {name, Seconds, hz35, hz312, hz53, wso2, value_min, JavaIntMax, false};
}
constexpr PropertyRow milliseconds(std::string_view name, std::string_view hz35,
                                   std::string_view hz312, std::string_view hz53) {
  return {name, Milliseconds, hz35, hz312, hz53, "", 1, JavaIntMax, false};
}
struct Limits {
  std::int64_t value_min = 0;
  std::int64_t value_max = JavaIntMax;
};
constexpr PropertyRow count(std::string_view name, std::string_view hz35, std::string_view hz312,
                            std::string_view hz53, Limits limits) {
  return {name, Count, hz35, hz312, hz53, "", limits.value_min, limits.value_max, false};
}
// Of the data layer, or of diagnosis.
constexpr PropertyRow idle(PropertyUnit unit, std::string_view name, std::string_view hz35,
                           std::string_view hz312, std::string_view hz53) {
  return {name, unit, hz35, hz312, hz53, "", 0, JavaIntMax, true};
}

constexpr std::array Table{
    seconds("hazelcast.heartbeat.interval.seconds", "1", "5", "5", "", 1),
    seconds("hazelcast.max.no.heartbeat.seconds", "300", "60", "60", "600", 1),
    PropertyRow{"hazelcast.heartbeat.failuredetector.type", Detector, "", "deadline", "deadline",
                "", 0, 1, false},
    PropertyRow{"hazelcast.heartbeat.phiaccrual.failuredetector.threshold", Decimal, "", "10", "10",
                "", 1'000, 100'000, false},
    count("hazelcast.heartbeat.phiaccrual.failuredetector.sample.size", "", "200", "200",
          {1, 10'000}),
    milliseconds("hazelcast.heartbeat.phiaccrual.failuredetector.min.std.dev.millis", "", "100",
                 "100"),
    seconds("hazelcast.master.confirmation.interval.seconds", "30", "30", "", "", 1),
    seconds("hazelcast.max.no.master.confirmation.seconds", "500", "150", "", "900", 1),
    seconds("hazelcast.member.list.publish.interval.seconds", "300", "60", "60", "", 1),
    seconds("hazelcast.merge.first.run.delay.seconds", "300", "300", "300", "60"),
    seconds("hazelcast.merge.next.run.delay.seconds", "120", "120", "120", "30", 1),
    seconds("hazelcast.wait.seconds.before.join", "5", "5", "5"),
    seconds("hazelcast.max.wait.seconds.before.join", "20", "20", "20"),
    seconds("hazelcast.max.join.seconds", "300", "300", "300", "", 1),
    seconds("hazelcast.max.join.merge.target.seconds", "20", "20", "20", "", 1),
    count("hazelcast.tcp.join.port.try.count", "3", "3", "3", {1, 1'000}),
    // The property is of 5.2; 3.12.13 was recorded to keep addresses just so (rule 13).
    seconds("hazelcast.tcp.join.previously.joined.member.address.retention.seconds", "", "14400",
            "14400"),
    seconds("hazelcast.mastership.claim.timeout.seconds", "", "120", "120", "", 1),
    seconds("hazelcast.connect.all.wait.seconds", "120", "120", "120"),
    milliseconds("hazelcast.connection.monitor.interval", "100", "100", "100"),
    count("hazelcast.connection.monitor.max.faults", "3", "3", "3", {0, 1'000}),
    seconds("hazelcast.socket.connect.timeout.seconds", "0", "10", "10"),
    count("hazelcast.initial.min.cluster.size", "0", "0", "0", {0, 10'000}),
    seconds("hazelcast.graceful.shutdown.max.wait", "600", "600", "600"),
    seconds("hazelcast.stale.join.prevention.duration.seconds", "", "30", "30"),
    count("hazelcast.partial.member.disconnection.resolution.heartbeat.count", "", "", "0",
          {0, 10'000}),
    seconds("hazelcast.partial.member.disconnection.resolution.algorithm.timeout.seconds", "", "",
            "5", "", 1),
    count("hazelcast.partition.count", "271", "271", "271", {1, 8'192}),
    seconds("hazelcast.partition.table.send.interval", "15", "15", "15", "", 1),
    seconds("hazelcast.partition.backup.sync.interval", "30", "30", "30", "", 1),
    seconds("hazelcast.partition.migration.timeout", "300", "300", "300", "", 1),
    count("hazelcast.partition.max.parallel.migrations", "", "", "10", {1, 1'000}),
    milliseconds("hazelcast.operation.call.timeout.millis", "60000", "60000", "60000"),
    milliseconds("hazelcast.operation.backup.timeout.millis", "5000", "5000", "5000"),
    count("hazelcast.invocation.max.retry.count", "", "250", "250", {0, 100'000}),
    milliseconds("hazelcast.invocation.retry.pause.millis", "", "500", "500"),

    idle(Seconds, "hazelcast.cluster.shutdown.timeout.seconds", "", "900", "900"),
    idle(Flag, "hazelcast.shutdownhook.enabled", "true", "true", "true"),
    idle(Text, "hazelcast.shutdownhook.policy", "", "TERMINATE", "TERMINATE"),
    idle(Flag, "hazelcast.discovery.enabled", "", "false", "false"),
    idle(Seconds, "hazelcast.partition.migration.interval", "0", "0", "0"),
    idle(Count, "hazelcast.partition.max.parallel.replications", "5", "5", ""),
    idle(Seconds, "hazelcast.migration.min.delay.on.member.removed.seconds", "5", "", ""),
    idle(Flag, "hazelcast.icmp.enabled", "false", "false", ""),
    idle(Flag, "hazelcast.icmp.parallel.mode", "", "true", ""),
    idle(Milliseconds, "hazelcast.icmp.timeout", "1000", "1000", ""),
    idle(Milliseconds, "hazelcast.icmp.interval", "", "1000", ""),
    idle(Count, "hazelcast.icmp.max.attempts", "", "3", ""),
    idle(Count, "hazelcast.icmp.ttl", "0", "0", ""),
};

constexpr std::array<std::string_view, 14> MembershipFamilies{
    "hazelcast.heartbeat.",
    "hazelcast.max.no.",
    "hazelcast.max.join.",
    "hazelcast.max.wait.",
    "hazelcast.wait.seconds.",
    "hazelcast.merge.",
    "hazelcast.master.",
    "hazelcast.mastership.",
    "hazelcast.member.list.",
    "hazelcast.tcp.join.",
    "hazelcast.connection.monitor.",
    "hazelcast.connect.all.",
    "hazelcast.partial.member.",
    "hazelcast.stale.join.",
};

constexpr std::size_t MisspellingMax = 2;
constexpr std::size_t NameSizeMax = 200;

// Levenshtein's distance.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above + 1, row[j - 1] + 1});
      diagonal = above;
    }
  }
  return row.back();
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// At most three digits after the point.
std::optional<std::int64_t> parse_thousandths(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto whole = parse_whole(text.substr(0, point));
  if (!whole || *whole < 0 || *whole > JavaIntMax) return std::nullopt;
  if (point == std::string_view::npos) return *whole * 1000;
  const std::string_view digits = text.substr(point + 1);
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  std::int64_t fraction = 0;
  std::int64_t weight = 100;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    fraction += (c - '0') * weight;
    weight /= 10;
  }
  return *whole * 1000 + fraction;
}

std::optional<std::int64_t> parse_choice(std::string_view text, std::string_view zero,
                                         std::string_view one) {
  if (text == zero) return 0;
  if (text == one) return 1;
  return std::nullopt;
}

std::optional<std::int64_t> parse_by_unit(PropertyUnit unit, std::string_view value) {
  switch (unit) {
    case Seconds:
    case Milliseconds:
    case Count:
      return parse_whole(value);
    case Flag:
      return parse_choice(value, "false", "true");
    case Detector:
      return parse_choice(value, "deadline", "phi-accrual");
    case Decimal:
      return parse_thousandths(value);
    case Text:
      return 0;
  }
  return std::nullopt;
}

std::string expectation(const PropertyRow& row) {
  switch (row.unit) {
    case Seconds:
      return fmt::format("whole seconds of {} to {}", row.value_min, row.value_max);
    case Milliseconds:
      return fmt::format("whole milliseconds of {} to {}", row.value_min, row.value_max);
    case Count:
      return fmt::format("a whole number of {} to {}", row.value_min, row.value_max);
    case Flag:
      return "true or false";
    case Detector:
      return "deadline or phi-accrual";
    case Decimal:
      return fmt::format("a number of {} to {} with at most three decimals", row.value_min / 1000,
                         row.value_max / 1000);
    case Text:
      break;
  }
  return "a text";
}

}  // namespace

std::span<const PropertyRow> property_table() {
  return Table;
}

const PropertyRow* find_property(std::string_view name) {
  const auto found = std::find_if(Table.begin(), Table.end(),
                                  [name](const PropertyRow& row) { return row.name == name; });
  return found == Table.end() ? nullptr : &*found;
}

std::string_view default_value(const PropertyRow& row, Engine engine, bool wso2) {
  const std::string_view value = engine == Engine::Hz35    ? row.hz35
                                 : engine == Engine::Hz312 ? row.hz312
                                                           : row.hz53;
  return wso2 && !value.empty() && !row.wso2.empty() ? row.wso2 : value;
}

std::optional<std::string_view> nearest_property(std::string_view name) {
  if (name.size() > NameSizeMax) return std::nullopt;
  std::optional<std::string_view> nearest;
  std::size_t distance_min = MisspellingMax + 1;
  for (const PropertyRow& row : Table) {
    const std::size_t distance = edit_distance(name, row.name);
    if (distance >= distance_min) continue;
    distance_min = distance;
    nearest = row.name;
  }
  return nearest;
}

bool is_membership_name(std::string_view name) {
  return std::any_of(MembershipFamilies.begin(), MembershipFamilies.end(),
                     [name](std::string_view family) { return name.starts_with(family); });
}

Result<std::int64_t> parse_property(const PropertyRow& row, std::string_view value) {
  const auto parsed = parse_by_unit(row.unit, value);
  const bool is_bounded = row.unit != Text && row.unit != Flag;
  if (!parsed || (is_bounded && (*parsed < row.value_min || *parsed > row.value_max))) {
    return failure(
        fmt::format("{} is \"{}\"; write {}", row.name, value.substr(0, 80), expectation(row)));
  }
  return *parsed;
}

}  // namespace splitscope::schemes
