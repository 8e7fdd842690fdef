#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/compare/slo.hpp"
#include "scenarios/compare/value_text.hpp"
#include "scenarios/import/source_file.hpp"

namespace splitscope::scenarios {

namespace {

constexpr std::string_view Example = "metric = \"merge\", max = \"2m\"";
constexpr double PpmInPercent = 10'000;
// Numbers beyond this cannot be meant, and would not fit.
constexpr double NumberMax = 1e12;
constexpr double NotANumber = std::numeric_limits<double>::quiet_NaN();

constexpr Statistic Statistics[] = {Statistic::Mean,       Statistic::P5,
                                    Statistic::Median,     Statistic::P95,
                                    Statistic::NeverShare, Statistic::NotFormedShare};

class ObjectiveReader {
 public:
  ObjectiveReader(const std::string& path, const toml::table& table) : path_(path), table_(table) {}

  base::Result<Objective> read() {
    objective_.line = table_.source().begin.line;
    if (const auto known = check_keys(); !known.has_value()) return std::unexpected(known.error());
    for (auto step : {&ObjectiveReader::read_names, &ObjectiveReader::read_metric,
                      &ObjectiveReader::read_statistic, &ObjectiveReader::read_bound}) {
      if (const auto done = (this->*step)(); !done.has_value()) {
        return std::unexpected(done.error());
      }
    }
    if (objective_.name.empty()) {
      objective_.name =
          fmt::format("{} {} {}", info(objective_.metric).key, to_text(objective_.statistic),
                      objective_.is_minimum ? "at least" : "at most");
      objective_.name += " " + bound_text(objective_);
    }
    return objective_;
  }

 private:
  static std::string bound_text(const Objective& objective) {
    const bool is_share = objective.statistic == Statistic::NeverShare ||
                          objective.statistic == Statistic::NotFormedShare;
    return value_text(objective.bound,
                      is_share ? MetricUnit::PartsPerMillion : info(objective.metric).unit);
  }

  std::unexpected<base::Error> wrong(std::string_view key, std::string_view what,
                                     std::string_view mend) const {
    const toml::node* node = table_.get(key);
    const std::uint32_t line = node != nullptr ? node->source().begin.line : objective_.line;
    return std::unexpected(error_at({path_, line}, key, what, mend));
  }

  base::Result<void> check_keys() const {
    constexpr std::string_view Keys[] = {"name",      "scenario", "scheme", "metric",
                                         "statistic", "min",      "max"};
    for (const auto& [key, value] : table_) {
      if (std::ranges::find(Keys, key.str()) != std::end(Keys)) continue;
      return std::unexpected(
          error_at({path_, value.source().begin.line}, key.str(), "is not a key of an objective",
                   "write name, scenario, scheme, metric, statistic, min or max"));
    }
    return {};
  }

  base::Result<void> read_text(std::string_view key, std::string& result) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return {};
    const auto text = node->value_exact<std::string>();
    if (!text.has_value() || text->empty()) {
      return wrong(key, "must be a text", fmt::format("write {} = \"...\"", key));
    }
    result = *text;
    return {};
  }

  base::Result<void> read_names() {
    if (auto done = read_text("name", objective_.name); !done.has_value()) return done;
    if (auto done = read_text("scenario", objective_.scenario); !done.has_value()) return done;
    return read_text("scheme", objective_.scheme);
  }

  base::Result<void> read_metric() {
    std::string key;
    if (auto done = read_text("metric", key); !done.has_value()) return done;
    const auto metric = metric_named(key);
    if (metric.has_value()) {
      objective_.metric = *metric;
      return {};
    }
    std::string known;
    for (const MetricInfo& row : metric_table()) {
      known += (known.empty() ? "" : ", ") + std::string(row.key);
    }
    return wrong("metric", key.empty() ? "is missing" : fmt::format("\"{}\" is no metric", key),
                 "write one of " + known);
  }

  base::Result<void> read_statistic() {
    std::string name;
    if (auto done = read_text("statistic", name); !done.has_value()) return done;
    if (name.empty()) {
      const bool is_share = info(objective_.metric).unit == MetricUnit::PartsPerMillion;
      objective_.statistic = is_share ? Statistic::Mean : Statistic::Median;
      return {};
    }
    for (const Statistic statistic : Statistics) {
      if (to_text(statistic) != name) continue;
      objective_.statistic = statistic;
      return {};
    }
    return wrong("statistic", fmt::format("\"{}\" is no statistic", name),
                 "write mean, p5, median, p95, never or not_formed");
  }

  base::Result<void> read_bound() {
    const bool has_min = table_.contains("min");
    if (has_min == table_.contains("max")) {
      return wrong("max", has_min ? "stands beside min" : "is missing, and so is min",
                   fmt::format("write exactly one of them, for example {}", Example));
    }
    objective_.is_minimum = has_min;
    const std::string_view key = has_min ? "min" : "max";
    const bool is_of_runs = objective_.statistic == Statistic::NeverShare ||
                            objective_.statistic == Statistic::NotFormedShare;
    const MetricUnit unit = is_of_runs ? MetricUnit::PartsPerMillion : info(objective_.metric).unit;
    return unit == MetricUnit::Nanoseconds ? read_time(key) : read_number(key, unit);
  }

  base::Result<void> read_time(std::string_view key) {
    const auto text = table_.get(key)->value_exact<std::string>();
    const auto time = text.has_value() ? base::parse_duration(*text)
                                       : base::Result<base::Duration>(base::failure(""));
    if (!time.has_value()) {
      return wrong(key, "must be a time with a unit", fmt::format("write {} = \"90s\"", key));
    }
    objective_.bound = time->count();
    return {};
  }

  base::Result<void> read_number(std::string_view key, MetricUnit unit) {
    // A text is no number, though the library would convert a truth value.
    const toml::node& node = *table_.get(key);
    const double number = node.is_number() ? node.value_or(NotANumber) : NotANumber;
    const bool is_percent = unit == MetricUnit::PartsPerMillion;
    const double top = is_percent ? 100 : NumberMax;
    if (!(number >= 0 && number <= top)) {
      return wrong(key, is_percent ? "must be per cent, 0 to 100" : "must be a number from 0",
                   fmt::format("write {} = {}", key, is_percent ? "99.5" : "1200"));
    }
    const double scale = is_percent ? PpmInPercent : unit == MetricUnit::Thousandths ? 1000 : 1;
    objective_.bound = std::llround(number * scale);
    return {};
  }

  const std::string& path_;
  const toml::table& table_;
  Objective objective_;
};

base::Result<SloFile> read_table(const std::string& path, const toml::table& table) {
  SloFile file{.path = path, .objectives = {}};
  for (const auto& [key, value] : table) {
    if (key.str() == "objective" && value.is_array_of_tables()) continue;
    return std::unexpected(error_at({path, value.source().begin.line}, key.str(),
                                    "is nothing an SLO file has",
                                    fmt::format("write [[objective]] with {}", Example)));
  }
  const toml::array* objectives = table["objective"].as_array();
  if (objectives == nullptr || objectives->size() > ObjectivesMax) {
    return std::unexpected(
        error_at({path, 1}, "objective", objectives == nullptr ? "is missing" : "appears too often",
                 fmt::format("write 1 to {} [[objective]] with {}", ObjectivesMax, Example)));
  }
  for (const toml::node& node : *objectives) {
    auto objective = ObjectiveReader(path, *node.as_table()).read();
    if (!objective.has_value()) return std::unexpected(objective.error());
    file.objectives.push_back(std::move(*objective));
  }
  return file;
}

}  // namespace

base::Result<SloFile> read_slo(const std::string& path, std::string_view text) {
  if (text.size() > MaxFileSize) {
    return base::failure(fmt::format("{}: is larger than 4 MB; write a shorter file", path));
  }
  try {
    return read_table(path, toml::parse(text, path));
  } catch (const toml::parse_error& error) {
    return std::unexpected(error_at({path, error.source().begin.line}, "TOML", error.description(),
                                    "write valid TOML"));
  }
}

}  // namespace splitscope::scenarios
