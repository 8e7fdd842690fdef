// Says the codes that facts carry in the words of the layers that own them. Knows nothing else.
#pragma once

#include "engine/trace/event_text.hpp"

namespace splitscope::scenarios {

class FactWords final : public trace::CodeText {
 public:
  // Empty for a code that this version does not know.
  std::string_view text_of(trace::CodeSet set, std::uint64_t code) const override;
};

}  // namespace splitscope::scenarios
