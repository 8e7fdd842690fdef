// Reads the log of one member as a stream of bytes and keeps what it says of the cluster. Hides:
// lines, their prefixes by containers, JSON, colours, times without dates, lists over many lines.
// Invariant: memory is bounded whatever the bytes are; what is left out is counted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/incident/log_event.hpp"
#include "scenarios/incident/message_patterns.hpp"

namespace splitscope::scenarios::incident {

// What one file told.
struct MemberLog {
  std::string file;   // as the user named it
  std::string label;  // the member's name, where the user gave one
  Address own;        // empty: the log never says whose it is
  std::vector<LogEvent> events;
  std::uint32_t major = 0;  // the engine's version; 0 = not told
  std::uint32_t minor = 0;
  // Of the cluster's name: equal names, equal hashes. 0 = not told. The name itself is not kept.
  std::uint64_t cluster_name_hash = 0;
  bool is_carbon = false;  // WSO2 Carbon wrote lines of it
  bool has_dates = true;
  bool has_zone = false;  // times are in UTC
  base::Duration resolution{};
  std::optional<base::WallTime> first_time;
  std::optional<base::WallTime> last_time;

  std::uint64_t line_count = 0;
  std::uint64_t cut_line_count = 0;       // longer than LineMax: only their beginning was read
  std::uint64_t dropped_event_count = 0;  // beyond EventsMax
  std::uint64_t back_count = 0;           // how often its clock went back by a second or more
  bool has_other_owner = false;           // lines of another member stand in it too
};

class LogReader {
 public:
  static constexpr std::size_t LineMax = 65'536;
  static constexpr std::size_t EventsMax = 200'000;

  explicit LogReader(std::string file, std::string label = {});
  void feed(std::string_view bytes);
  // After all bytes. Once.
  MemberLog finish();

 private:
  static constexpr std::size_t OwnersMax = 64;

  struct Place {
    std::uint32_t line = 0;
    bool has_time = false;
    base::WallTime time;
  };

  void on_line(std::string_view line);
  void on_json(std::string_view line);
  void on_text(std::string_view text, bool may_tell_time);
  void take_time(std::string_view text);
  void set_time(base::WallTime time);
  void take_owner(const Address& own, std::uint32_t weight);
  void close_list();
  Place here() const;
  void keep(LogEvent event, const Place& place);
  bool is_repeat(const LogEvent& event);

  MemberLog log_;
  std::string line_;
  bool is_line_cut_ = false;
  std::optional<MemberList> list_;
  Place list_place_;
  bool has_time_ = false;
  base::WallTime time_;
  base::Duration days_{};  // added to times of day, so that they go on over midnight
  std::map<Address, std::uint64_t> owners_;
};

// The file, a piece at a time. Errors name the file: it cannot be read, or is packed or empty.
base::Result<MemberLog> read_log(const std::string& path, std::string label = {});

}  // namespace splitscope::scenarios::incident
