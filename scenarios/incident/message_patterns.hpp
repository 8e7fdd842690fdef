// What the messages of Hazelcast 3.5 to 5.x and of Carbon's clustering agent mean, a message at a
// time. Hides: their wordings. Lists of members span lines and are read by MemberList.
#pragma once

#include <optional>
#include <string_view>

#include "scenarios/incident/log_event.hpp"

namespace splitscope::scenarios::incident {

// The event that the text of a line tells, if any; without line and time. The text may begin with
// whatever loggers write before a message.
std::optional<LogEvent> read_message(std::string_view text);

// "[10.0.0.1]:5701 [dev] [5.3.8] ", with which Hazelcast begins its messages.
struct MessagePrefix {
  Address own;
  std::string_view cluster_name;  // of the text
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
};
std::optional<MessagePrefix> find_prefix(std::string_view text);

// A list of members as it comes in, line by line:
//   Members {size:2, ver:3} [
//     Member [10.0.0.1]:5701 - 2c0d... this
//     Member [10.0.0.2]:5701 - 91aa...
//   ]
// 3.5 writes "Members [2] {" and "}"; a logger may also put all on one line.
class MemberList {
 public:
  static constexpr std::size_t MembersMax = 1'000;

  // Begins with a line that has the heading; nothing if this has none.
  static std::optional<MemberList> begin(std::string_view line);
  // The next line. True when the list is over with it; `taken` says whether it belonged to it.
  bool add(std::string_view line, bool& taken);
  bool is_over() const { return is_over_; }
  // The list so far.
  LogEvent event() const;

 private:
  // Reads members until the end of the text or of the list. False: something else stands there.
  bool read(std::string_view text);

  LogEvent event_;
  bool is_over_ = false;
};

}  // namespace splitscope::scenarios::incident
