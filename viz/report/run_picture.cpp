#include "viz/report/run_picture.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "viz/canvas/matrix_plot.hpp"
#include "viz/canvas/step_plot.hpp"
#include "viz/canvas/timeline.hpp"
#include "viz/model/sight.hpp"

namespace splitscope::viz {
namespace {

constexpr double AvailabilityHeight = 300;

double run_seconds(base::Instant instant) {
  return static_cast<double>(base::nanoseconds(instant)) / 1e9;
}

Scale::Range seconds_of(const Window& window) {
  return {run_seconds(window.begin), run_seconds(window.end)};
}

std::string title_of(const RunModel& model) {
  const std::size_t name = model.scenario.find_last_of('/') + 1;
  std::string title = model.scenario.empty() ? "a run" : model.scenario.substr(name);
  if (!model.seed.empty()) title += fmt::format(", seed {}", model.seed);
  if (!model.verdict.empty()) title += fmt::format(": {}", model.verdict);
  return title;
}

NodeState state_of(MemberCondition condition) {
  switch (condition) {
    case MemberCondition::Absent:
      return NodeState::Down;
    case MemberCondition::Joining:
      return NodeState::Joining;
    case MemberCondition::Up:
      return NodeState::Up;
    case MemberCondition::Suspected:
      return NodeState::Suspect;
    case MemberCondition::Apart:
      return NodeState::Partitioned;
    case MemberCondition::Paused:
      return NodeState::Paused;
  }
  return NodeState::Unknown;
}

bool meets(base::Instant begin, base::Instant end, const Window& window) {
  return begin <= window.end && end >= window.begin;
}

TimelineRow strip_row(const MemberStrip& strip, const Window& window) {
  TimelineRow row{strip.name, {}};
  for (const ConditionSpan& span : strip.spans) {
    if (!meets(span.begin, span.end, window)) continue;
    row.bars.push_back({state_of(span.condition), run_seconds(span.begin), run_seconds(span.end),
                        fmt::format("{} {} from {} to {}", strip.name, to_text(span.condition),
                                    base::to_text(span.begin), base::to_text(span.end)),
                        ""});
  }
  return row;
}

// A row for each that is master at the same time as others; one whose reign goes on keeps its row.
class MasterRows {
 public:
  explicit MasterRows(const RunModel& model) : model_(model) {}

  std::vector<TimelineRow> take(const Window& window) {
    for (std::size_t i = 0; i < model_.masters.size(); ++i) {
      const MasterStep& step = model_.masters[i];
      end_those_not_in(step);
      for (const base::NodeId master : step.masters) begin(master, step.at);
    }
    end_those_not_in({model_.end, {}});
    clip(window);
    std::erase_if(rows_, [](const TimelineRow& row) { return row.bars.empty(); });
    return std::move(rows_);
  }

 private:
  void begin(base::NodeId master, base::Instant at) {
    if (std::find(reigning_.begin(), reigning_.end(), master) != reigning_.end()) return;
    auto free = std::find(reigning_.begin(), reigning_.end(), base::NoNode);
    if (free == reigning_.end()) {
      rows_.push_back({reigning_.empty() ? "master" : "also master", {}});
      since_.push_back(at);
      free = reigning_.insert(reigning_.end(), base::NoNode);
    }
    *free = master;
    since_[static_cast<std::size_t>(free - reigning_.begin())] = at;
  }
  void end_those_not_in(const MasterStep& step) {
    for (std::size_t i = 0; i < reigning_.size(); ++i) {
      const base::NodeId master = reigning_[i];
      if (master == base::NoNode) continue;
      const auto& still = step.masters;
      if (std::find(still.begin(), still.end(), master) != still.end()) continue;
      const MemberStrip* strip = model_.member(master);
      const std::string name = strip == nullptr ? "" : strip->name;
      rows_[i].bars.push_back({NodeState::Master, run_seconds(since_[i]), run_seconds(step.at),
                               fmt::format("{} is master from {} to {}", name,
                                           base::to_text(since_[i]), base::to_text(step.at)),
                               name});
      reigning_[i] = base::NoNode;
    }
  }
  // Reigns of no length, and those out of sight, are left out.
  void clip(const Window& window) {
    for (TimelineRow& row : rows_) {
      std::erase_if(row.bars, [&window](const TimelineBar& bar) {
        return bar.end <= bar.begin || bar.end < run_seconds(window.begin) ||
               bar.begin > run_seconds(window.end);
      });
    }
  }

  const RunModel& model_;
  std::vector<TimelineRow> rows_;
  std::vector<base::NodeId> reigning_;  // by row
  std::vector<base::Instant> since_;    // by row
};

Timeline timeline_of(const RunModel& model, const Window& window) {
  Timeline timeline{title_of(model), seconds_of(window), MasterRows(model).take(window), {}};
  for (const MemberStrip& strip : model.members) timeline.rows.push_back(strip_row(strip, window));
  for (const FaultSpan& fault : model.faults) {
    const base::Instant end = fault.end.value_or(fault.begin);
    if (!meets(fault.begin, end, window)) continue;
    timeline.faults.push_back({fault.label, run_seconds(fault.begin), run_seconds(end)});
  }
  return timeline;
}

StepPlot availability_of(const RunModel& model, const Window& window) {
  StepPlot plot;
  const std::optional<double> share = agreement_share(model, window);
  plot.title = title_of(model);
  if (share.has_value()) {
    plot.title += fmt::format("; in sight {:.2f} % of the members' time agreed", *share * 100);
  }
  plot.x_title = "time since the start of the run";
  plot.y_title = "% of live members";
  plot.x = seconds_of(window);
  plot.y = {0, 100};
  for (const FaultSpan& fault : model.faults) {
    const base::Instant end = fault.end.value_or(fault.begin);
    if (!meets(fault.begin, end, window)) continue;
    plot.bands.push_back({fault.label, run_seconds(fault.begin), run_seconds(end)});
  }
  StepSeries agreed{"agreed", {}};
  StepSeries split{"follow another master than the largest group", {}};
  for (const AvailabilityStep& step : model.availability) {
    const double live = static_cast<double>(std::max<std::uint64_t>(step.live, 1));
    const double at = run_seconds(step.at);
    agreed.points.push_back({at, 100 * static_cast<double>(step.agreed) / live});
    split.points.push_back({at, 100 * static_cast<double>(step.split) / live});
  }
  plot.series = {std::move(agreed), std::move(split)};
  return plot;
}

MatrixCell cell_of(Sight sight, bool is_live) {
  if (!is_live) return {"", 0, "", Tone::Plain, "does not run"};
  switch (sight) {
    case Sight::None:
      return {"-", 0, "", Tone::Plain, "not in its list"};
    case Sight::Listed:
      return {"sees", 1, "", Tone::Plain, "in its list"};
    case Sight::Suspected:
      return {"sees", 0.5, "suspects", Tone::Warning, "in its list, and suspected"};
    case Sight::Former:
      return {"sees", 0.5, "a former life", Tone::Bad, "its list has a life that is over"};
  }
  return {};
}

MatrixPlot matrix_of(const RunModel& model, const Window& window) {
  const SightTable table = sight_at(model, window.end);
  MatrixPlot plot;
  plot.title = fmt::format("{}: who sees whom at {}", title_of(model), base::to_text(window.end));
  for (const MemberStrip& strip : model.members) plot.columns.push_back(strip.name);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    MatrixRow line{model.members[row].name, {}};
    const MemberStrip* master = model.member(table.masters[row]);
    if (master != nullptr) line.label += ", follows " + master->name;
    for (const Sight sight : table.rows[row]) {
      line.cells.push_back(cell_of(sight, table.is_live[row]));
    }
    plot.rows.push_back(std::move(line));
  }
  return plot;
}

}  // namespace

std::optional<RunPicture> run_picture(std::string_view word) {
  if (word == "timeline") return RunPicture::Timeline;
  if (word == "availability") return RunPicture::Availability;
  if (word == "matrix") return RunPicture::Matrix;
  return std::nullopt;
}

double run_picture_height(const RunModel& model, RunPicture picture, const Window& window,
                          double width) {
  switch (picture) {
    case RunPicture::Timeline:
      return timeline_height(width, timeline_of(model, window));
    case RunPicture::Availability:
      return AvailabilityHeight;
    case RunPicture::Matrix:
      return matrix_plot_height(matrix_of(model, window));
  }
  return 0;
}

void draw_run_picture(Canvas& canvas, const Box& box, const RunModel& model, RunPicture picture,
                      const Window& window) {
  switch (picture) {
    case RunPicture::Timeline:
      return draw_timeline(canvas, box, timeline_of(model, window));
    case RunPicture::Availability:
      return draw_step_plot(canvas, box, availability_of(model, window));
    case RunPicture::Matrix:
      return draw_matrix_plot(canvas, box, matrix_of(model, window));
  }
}

}  // namespace splitscope::viz
