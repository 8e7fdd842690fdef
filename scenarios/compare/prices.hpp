// What a cloud takes for calls and instances, from a file of the user, and what a cell costs by it.
// Splitscope knows no price: what the file does not say is left out. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "scenarios/compare/summary_types.hpp"

namespace splitscope::scenarios {

// Prices are millionths of the currency.
struct Prices {
  static constexpr std::string_view SetByYou = "set by you";

  std::string currency;
  std::uint32_t hours_per_month = 730;
  std::optional<std::int64_t> million_calls;
  std::optional<std::int64_t> instance_hour;
  bool is_empty() const { return !million_calls.has_value() && !instance_hour.has_value(); }
};

// `path` is for messages. Errors name the line: no TOML, an unknown name, a number that cannot be.
base::Result<Prices> read_prices(const std::string& path, std::string_view text);

// A month of what was seen, in millionths; nothing where its price is not given, or no cloud was
// asked.
struct MonthlyCost {
  std::optional<std::int64_t> calls;
  std::optional<std::int64_t> instances;
};
MonthlyCost monthly_cost(const Prices& prices, const CellSummary& cell, std::uint32_t members);

// "12.34 USD", rounded.
std::string cost_text(std::int64_t millionths, const std::string& currency);

}  // namespace splitscope::scenarios
