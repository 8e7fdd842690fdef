#include "scenarios/kit/verdict.hpp"

#include <array>

namespace splitscope::scenarios {

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::Pass:
      return "pass";
    case Verdict::Fail:
      return "fail";
    case Verdict::Inconclusive:
      return "inconclusive";
  }
  return "unknown";
}

int exit_code(Verdict verdict) {
  switch (verdict) {
    case Verdict::Pass:
      return 0;
    case Verdict::Fail:
      return 1;
    case Verdict::Inconclusive:
      return 3;
  }
  return 70;
}

int graver_exit_code(int left, int right) {
  constexpr std::array<int, 5> GravestFirst{70, 2, 1, 3, 0};
  for (const int code : GravestFirst) {
    if (left == code || right == code) return code;
  }
  return 70;
}

}  // namespace splitscope::scenarios
