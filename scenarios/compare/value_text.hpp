// Values of metrics as people read them: "99.98 %", "1m30s", "never". Used by every writer.
#pragma once

#include <string>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

std::string value_text(std::int64_t value, MetricUnit unit);
std::string sample_text(const Sample& sample, MetricUnit unit);
// What a table shows of a cell: the mean of a share or an availability, else the median; "-" where
// nothing was measured.
std::string headline_text(const CellSummary& cell, Metric metric);
// "no difference", "+0.5 points (0.3 to 0.7)", "-1.2s (-1.5s to -0.9s)"; empty without pairs.
std::string difference_text(const MetricSummary& summary, MetricUnit unit);
// "3 of 200 never"; empty where all came.
std::string never_text(const Distribution& distribution);

// "a month: 1.20 USD for calls, 219.00 USD for instances"; empty where no cloud is asked or no
// price is given.
std::string monthly_text(const ComparisonPlan& plan, const CellSummary& cell);

}  // namespace splitscope::scenarios
