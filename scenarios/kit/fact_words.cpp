#include "scenarios/kit/fact_words.hpp"

#include <limits>
#include <type_traits>

#include "engine/env/transport.hpp"
#include "scenarios/kit/fault.hpp"
#include "schemes/membership/membership_codes.hpp"
#include "schemes/membership/merge_decision.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {
namespace {

// A number that no enumerator has reads "unknown ..." in its own layer; here it stays a number.
template <typename Code>
std::string_view words_of(std::uint64_t code) {
  if (code > std::numeric_limits<std::underlying_type_t<Code>>::max()) return {};
  const std::string_view text = to_text(static_cast<Code>(code));
  return text.starts_with("unknown") ? std::string_view{} : text;
}

}  // namespace

std::string_view FactWords::text_of(trace::CodeSet set, std::uint64_t code) const {
  using trace::CodeSet;
  switch (set) {
    case CodeSet::FaultKind:
      return words_of<FaultKind>(code);
    case CodeSet::CloseReason:
      return words_of<env::CloseReason>(code);
    case CodeSet::MessageType:
      return words_of<schemes::MessageType>(code);
    case CodeSet::JoinFailure:
      return words_of<schemes::JoinFailure>(code);
    case CodeSet::JoinRefusal:
      return words_of<schemes::JoinRefusal>(code);
    case CodeSet::RemovalReason:
      return words_of<schemes::RemovalReason>(code);
    case CodeSet::SuspicionReason:
      return words_of<schemes::SuspicionReason>(code);
    case CodeSet::MergeDecision:
      return words_of<schemes::MergeDecision>(code);
    case CodeSet::CloudCall:
      return words_of<schemes::CloudCall>(code);
    case CodeSet::None:
    case CodeSet::Phase:
    case CodeSet::ExitReason:
      return {};
  }
  return {};
}

}  // namespace splitscope::scenarios
