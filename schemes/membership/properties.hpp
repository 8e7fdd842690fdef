// The table of membership properties: real names, defaults of each engine, and what WSO2 Carbon
// sets. Data only; profile.hpp turns it into typed settings.
// Sources of defaults: GroupProperties (Hazelcast 3.5.4), GroupProperty (3.12.1), ClusterProperty
// (5.x); WSO2: HazelcastClusteringAgent of carbon-kernel when configured by axis2.xml.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::schemes {

enum class PropertyUnit : std::uint8_t {
  Seconds,
  Milliseconds,
  Count,
  Flag,
  Detector,  // deadline or phi-accrual
  Decimal,   // kept in thousandths
  Text,      // anything
};

struct PropertyRow {
  std::string_view name;  // in full: "hazelcast.max.no.heartbeat.seconds"
  PropertyUnit unit = PropertyUnit::Seconds;
  // Defaults as text, read as a user's value would be. Empty: that engine has no such property.
  std::string_view hz35;
  std::string_view hz312;
  std::string_view hz53;
  // WSO2's value, for engines that have the property. Empty: WSO2 leaves it alone.
  std::string_view wso2;
  // Smallest and largest value accepted; of a Decimal, in thousandths.
  std::int64_t value_min = 0;
  std::int64_t value_max = 0;
  // True: it has no effect here yet, since it concerns data or diagnosis. It is still checked.
  bool without_effect = false;
};

// All rows, in the order of the documentation. Names are unique.
std::span<const PropertyRow> property_table();
// The row of that full name, or none.
const PropertyRow* find_property(std::string_view name);
// The default that applies; empty if the engine has no such property.
std::string_view default_value(const PropertyRow& row, Engine engine, bool wso2);
// The known name nearest to a misspelt one, if it is at most two letters away.
std::optional<std::string_view> nearest_property(std::string_view name);
// Whether an unknown name lies in a family that governs membership ("hazelcast.heartbeat.x"), so
// that ignoring it would mislead.
bool is_membership_name(std::string_view name);

// Reads one value by the row's unit and bounds: whole seconds, milliseconds or counts; true/false;
// "deadline" or "phi-accrual" as 0 or 1; a decimal as thousandths; a text as 0. Durations come in
// their own unit. The error names the property, the value, and what to write.
base::Result<std::int64_t> parse_property(const PropertyRow& row, std::string_view value);

}  // namespace splitscope::schemes
