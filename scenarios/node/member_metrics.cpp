#include "scenarios/node/member_metrics.hpp"

#include <fmt/format.h>

#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {
namespace {

void add(std::string& text, std::string_view name, std::string_view kind, std::string_view help,
         std::uint64_t value) {
  text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, kind, value);
}

// Message types are names of our own, so that no label needs escaping.
void add_by_type(std::string& text, std::string_view name, std::string_view help,
                 const MessageFaults& messages, std::uint64_t MessageCount::* field) {
  text += fmt::format("# HELP {0} {1}\n# TYPE {0} counter\n", name, help);
  for (std::uint16_t type = 1; type <= schemes::MessageTypeLast; ++type) {
    const std::uint64_t value = messages.counts()[type].*field;
    if (value == 0) continue;
    text += fmt::format("{}{{type=\"{}\"}} {}\n", name,
                        schemes::to_text(static_cast<schemes::MessageType>(type)), value);
  }
}

}  // namespace

std::string metrics_text(const MemberNumbers& numbers, const MessageFaults& messages) {
  const MemberReport& report = numbers.report;
  std::string text;
  add(text, "splitscope_member_joined", "gauge", "Whether the member is in a cluster.",
      report.joined ? 1 : 0);
  add(text, "splitscope_member_started", "gauge", "Whether its start-up is complete.",
      report.started ? 1 : 0);
  add(text, "splitscope_member_master", "gauge", "Whether it is the master.",
      numbers.is_master ? 1 : 0);
  add(text, "splitscope_view_version", "gauge", "Version of its list of members.",
      static_cast<std::uint64_t>(report.view_version));
  add(text, "splitscope_view_members", "gauge", "Members of its list.", report.view.size());
  add(text, "splitscope_suspected_members", "gauge", "Members of its list that it suspects.",
      report.suspects.size());
  add(text, "splitscope_facts_total", "counter", "Facts reported since the process started.",
      numbers.facts);
  add(text, "splitscope_messages_malformed_total", "counter", "Messages that were none.",
      numbers.malformed);
  add(text, "splitscope_join_secret_refusals_total", "counter",
      "Peers and messages refused for want of the join secret.", numbers.refused);
  add_by_type(text, "splitscope_messages_sent_total", "Messages given to the kernel, by type.",
              messages, &MessageCount::messages);
  add_by_type(text, "splitscope_message_bytes_sent_total", "Bytes given to the kernel, by type.",
              messages, &MessageCount::bytes);
  return text;
}

}  // namespace splitscope::scenarios
