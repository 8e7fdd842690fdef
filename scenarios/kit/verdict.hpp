// How a run ended, and why.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.hpp"

namespace splitscope::scenarios {

enum class Verdict : std::uint8_t { Pass, Fail, Inconclusive };
std::string_view to_text(Verdict verdict);

// 0 pass, 1 fail, 3 inconclusive; see design section 7.
int exit_code(Verdict verdict);
// Over many runs the gravest counts, in the order 70, 2, 1, 3, 0.
int graver_exit_code(int left, int right);

// One statement of a script about what must hold, and what came of it.
struct Expectation {
  enum class Outcome : std::uint8_t { Open, Met, Missed };
  std::string words;  // the script's, or the condition's text
  std::uint32_t line = 0;
  Outcome outcome = Outcome::Open;
  bool decides = true;        // goals that a script does not expect are reported only
  bool across_seeds = false;  // "sometimes": must be met in one of a campaign's runs
  base::Instant decided_at{};
  std::string seen;  // when missed: what was seen instead
};

}  // namespace splitscope::scenarios
