#include "scenarios/compare/prices.hpp"

#include <cmath>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "scenarios/import/source_file.hpp"

namespace splitscope::scenarios {

namespace {

constexpr double Millionths = 1e6;
constexpr double PriceMax = 1e6;
constexpr std::int64_t HoursMax = 744;
constexpr std::size_t CurrencyMax = 16;

class PriceReader {
 public:
  PriceReader(const std::string& path, const toml::table& table) : path_(path), table_(table) {}

  base::Result<Prices> read() {
    for (const auto& [key, value] : table_) {
      if (const auto done = read_one(key.str(), value); !done.has_value()) {
        return std::unexpected(done.error());
      }
    }
    if (!prices_.is_empty() && prices_.currency.empty()) {
      return base::failure(
          fmt::format("{}: currency is missing; write for example currency = \"USD\"", path_));
    }
    return prices_;
  }

 private:
  base::Result<void> read_one(std::string_view key, const toml::node& node) {
    if (key == "million_calls") return read_price(key, node, prices_.million_calls);
    if (key == "instance_hour") return read_price(key, node, prices_.instance_hour);
    if (key == "currency") {
      prices_.currency = node.value<std::string>().value_or("");
      const std::size_t size = prices_.currency.size();
      if (size > 0 && size <= CurrencyMax) return {};
      return wrong(key, node, "is no currency", "write for example currency = \"USD\"");
    }
    if (key == "hours_per_month") {
      const auto hours = node.value_exact<std::int64_t>().value_or(0);
      prices_.hours_per_month = static_cast<std::uint32_t>(hours);
      if (hours >= 1 && hours <= HoursMax) return {};
      return wrong(key, node, "is no number of hours", "write 1 to 744, for example 730");
    }
    return wrong(key, node, "is nothing a price file has",
                 "write currency, hours_per_month, million_calls or instance_hour");
  }

  base::Result<void> read_price(std::string_view key, const toml::node& node,
                                std::optional<std::int64_t>& price) {
    if (node.is_string() && node.value<std::string>() == Prices::SetByYou) return {};
    const double number = node.is_number() ? node.value<double>().value_or(-1) : -1;
    // Also false for what is no number.
    if (number >= 0 && number <= PriceMax) {
      price = std::llround(number * Millionths);
      return {};
    }
    return wrong(key, node, "is no price",
                 "write a number, or \"set by you\" to leave that cost out");
  }

  std::unexpected<base::Error> wrong(std::string_view key, const toml::node& node,
                                     std::string_view what, std::string_view mend) const {
    return std::unexpected(error_at({path_, node.source().begin.line}, key, what, mend));
  }

  const std::string& path_;
  const toml::table& table_;
  Prices prices_;
};

}  // namespace

base::Result<Prices> read_prices(const std::string& path, std::string_view text) {
  if (text.size() > MaxFileSize) {
    return base::failure(fmt::format("{}: is larger than 4 MB; write a shorter file", path));
  }
  try {
    const toml::table table = toml::parse(text, path);
    return PriceReader(path, table).read();
  } catch (const toml::parse_error& error) {
    return std::unexpected(error_at({path, error.source().begin.line}, "TOML", error.description(),
                                    "write valid TOML"));
  }
}

MonthlyCost monthly_cost(const Prices& prices, const CellSummary& cell, std::uint32_t members) {
  MonthlyCost cost;
  const auto hours = static_cast<std::int64_t>(prices.hours_per_month);
  const MetricSummary& calls = cell.of(Metric::ApiCalls);
  if (prices.million_calls.has_value() && calls.distribution.count > 0) {
    cost.calls = calls.distribution.median.value * hours * *prices.million_calls / 1'000'000;
  }
  if (prices.instance_hour.has_value()) {
    cost.instances = static_cast<std::int64_t>(members) * hours * *prices.instance_hour;
  }
  return cost;
}

std::string cost_text(std::int64_t millionths, const std::string& currency) {
  const std::int64_t cents = (millionths + 5'000) / 10'000;
  return fmt::format("{}.{:02} {}", cents / 100, cents % 100, currency);
}

}  // namespace splitscope::scenarios
