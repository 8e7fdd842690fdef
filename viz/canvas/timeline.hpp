// What became of each node over time: a row of bars for each, under the faults with their names.
// States differ by colour, by height and by hatching, so that they can be told apart in grey.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "viz/canvas/plot_frame.hpp"

namespace splitscope::viz {

enum class NodeState : std::uint8_t {
  Up,
  Suspect,
  Down,
  Partitioned,
  Joining,
  Unknown,
  Paused,
  Master,  // of a row that says who is, not what a node is
};

struct TimelineBar {
  NodeState state = NodeState::Unknown;
  double begin = 0;  // seconds
  double end = 0;
  std::string title;  // shows when pointed at
  std::string label;  // stands in the bar where it fits
};

struct TimelineRow {
  std::string label;
  std::vector<TimelineBar> bars;
};

// A point in time if begin and end are equal.
struct TimelineFault {
  std::string label;
  double begin = 0;
  double end = 0;
};

struct Timeline {
  std::string title;
  Scale::Range x;  // seconds
  std::vector<TimelineRow> rows;
  std::vector<TimelineFault> faults;  // in order of begin
};

// Faults that overlap stand below each other in at most this many lanes; further ones share the
// last.
inline constexpr std::size_t FaultLanesMax = 6;

double timeline_height(double width, const Timeline& timeline);
// Fills the box's width; rows begin at its top.
void draw_timeline(Canvas& canvas, const Box& box, const Timeline& timeline);

}  // namespace splitscope::viz
