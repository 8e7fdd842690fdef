#include "scenarios/node/member_log.hpp"

#include <fmt/format.h>

#include "engine/env/transport.hpp"
#include "engine/trace/event_text.hpp"
#include "schemes/membership/membership_codes.hpp"
#include "schemes/membership/merge_decision.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {
namespace {

template <typename Code>
std::string_view words(std::uint64_t code) {
  return to_text(static_cast<Code>(code));
}

class MemberCodes final : public trace::CodeText {
 public:
  std::string_view text_of(trace::CodeSet set, std::uint64_t code) const override {
    switch (set) {
      case trace::CodeSet::CloseReason:
        return words<env::CloseReason>(code);
      case trace::CodeSet::MessageType:
        return words<schemes::MessageType>(code);
      case trace::CodeSet::JoinFailure:
        return words<schemes::JoinFailure>(code);
      case trace::CodeSet::JoinRefusal:
        return words<schemes::JoinRefusal>(code);
      case trace::CodeSet::RemovalReason:
        return words<schemes::RemovalReason>(code);
      case trace::CodeSet::SuspicionReason:
        return words<schemes::SuspicionReason>(code);
      case trace::CodeSet::MergeDecision:
        return words<schemes::MergeDecision>(code);
      default:
        return {};
    }
  }
};

std::string member_text(base::Endpoint endpoint) {
  return fmt::format("[{}]:{}", base::to_text(endpoint.address), endpoint.port);
}

}  // namespace

std::string members_text(const MemberReport& report) {
  std::string text =
      fmt::format("Members {{size:{}, ver:{}}} [\n", report.view.size(), report.view_version);
  for (const MemberReport::Entry& entry : report.view) {
    text += fmt::format("\tMember {} - {}{}\n", member_text(entry.endpoint),
                        base::to_text(entry.uuid), entry.uuid == report.uuid ? " this" : "");
  }
  return text + "]";
}

std::string fact_text(const base::TraceEvent& fact) {
  const MemberCodes codes;
  return trace::to_line(fact, &codes);
}

}  // namespace splitscope::scenarios
