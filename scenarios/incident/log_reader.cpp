#include "scenarios/incident/log_reader.hpp"

#include <algorithm>
#include <fstream>

#include "scenarios/incident/line_prefix.hpp"
#include "scenarios/incident/timestamp.hpp"

namespace splitscope::scenarios::incident {
namespace {

constexpr std::size_t PieceSize = 1 << 18;
// A "this" in a list of members outweighs the prefix of many messages.
constexpr std::uint32_t PrefixWeight = 1;
constexpr std::uint32_t ThisWeight = 1'000;
// So many events back an equal one makes a repeat.
constexpr std::size_t RepeatWithin = 8;

bool may_repeat(LogKind kind) {
  return kind == LogKind::ConnectionFailed || kind == LogKind::Connecting ||
         kind == LogKind::Blacklisted || kind == LogKind::HeartbeatExpired;
}

// FNV-1a, never 0.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
  }
  return std::max<std::uint64_t>(hash, 1);
}

}  // namespace

LogReader::LogReader(std::string file, std::string label) {
  log_.file = std::move(file);
  log_.label = std::move(label);
  log_.resolution = std::chrono::seconds{1};
}

void LogReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::size_t room = LineMax - line_.size();
    line_.append(bytes.substr(0, std::min(end, room)));
    is_line_cut_ = is_line_cut_ || end > room;
    if (end == bytes.size()) return;
    bytes.remove_prefix(end + 1);
    on_line(line_);
    line_.clear();
  }
}

MemberLog LogReader::finish() {
  if (!line_.empty()) on_line(line_);
  close_list();
  std::uint64_t most = 0;
  std::uint64_t all = 0;
  for (const auto& [own, weight] : owners_) {
    all += weight;
    if (weight <= most) continue;
    most = weight;
    log_.own = own;
  }
  log_.has_other_owner = most > 0 && (all - most) * 4 > most;
  return std::move(log_);
}

void LogReader::on_line(std::string_view line) {
  ++log_.line_count;
  if (is_line_cut_) ++log_.cut_line_count;
  is_line_cut_ = false;
  std::string plain;
  if (line.find_first_of("\x1b\r") != line.npos) {
    plain = without_colours(line);
    line = plain;
  }
  const std::string_view content = behind_container_prefix(line);
  if (content.starts_with('{')) {
    if (content.size() != line.size()) take_time(line);
    on_json(content);
  } else {
    take_time(line);
    on_text(content, false);
  }
}

void LogReader::on_json(std::string_view line) {
  const auto read = read_json_line(line);
  if (!read.has_value()) return;
  if (read->when.has_value()) {
    set_time(*read->when);
    log_.has_zone = true;
    log_.resolution = std::min(log_.resolution, base::Duration{1'000'000});
  }
  const bool has_time = read->when.has_value() || !read->time.empty();
  if (!read->time.empty()) take_time(read->time);
  std::string_view text = read->text;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    on_text(text.substr(0, end), !has_time);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void LogReader::take_time(std::string_view text) {
  const auto stamp = find_timestamp(text);
  if (!stamp.has_value()) return;
  log_.resolution = std::min(log_.resolution, stamp->resolution);
  log_.has_zone = log_.has_zone || stamp->has_zone;
  log_.has_dates = log_.has_dates && stamp->has_year;
  base::WallTime time = stamp->time;
  if (!stamp->has_date) {
    time += days_;
    const base::Duration half_a_day = std::chrono::hours{12};
    if (has_time_ && time + half_a_day < time_) {
      days_ += std::chrono::hours{24};
      time += std::chrono::hours{24};
    }
  }
  set_time(time);
}

void LogReader::set_time(base::WallTime time) {
  if (has_time_ && time + std::chrono::seconds{1} <= time_) ++log_.back_count;
  has_time_ = true;
  time_ = time;
  if (!log_.first_time.has_value()) log_.first_time = time;
  log_.last_time = std::max(log_.last_time.value_or(time), time);
}

void LogReader::on_text(std::string_view text, bool may_tell_time) {
  if (may_tell_time) take_time(text);
  if (text.find("org.wso2.carbon") != text.npos || text.starts_with("TID: [")) {
    log_.is_carbon = true;
  }
  if (const auto prefix = find_prefix(text); prefix.has_value()) {
    take_owner(prefix->own, PrefixWeight);
    log_.major = prefix->major;
    log_.minor = prefix->minor;
    log_.cluster_name_hash = hash_of(prefix->cluster_name);
  }
  if (list_.has_value()) {
    bool is_taken = false;
    const bool is_over = list_->add(text, is_taken);
    if (is_over) close_list();
    if (is_taken) return;
  }
  list_ = MemberList::begin(text);
  if (list_.has_value()) {
    list_place_ = here();
    if (list_->is_over()) close_list();
    return;
  }
  auto event = read_message(text);
  if (!event.has_value()) return;
  if (event->kind == LogKind::LocalMember) take_owner(event->subject, ThisWeight);
  keep(std::move(*event), here());
}

LogReader::Place LogReader::here() const {
  const auto line = std::min<std::uint64_t>(log_.line_count, UINT32_MAX);
  return {static_cast<std::uint32_t>(line), has_time_, time_};
}

void LogReader::take_owner(const Address& own, std::uint32_t weight) {
  const auto known = owners_.find(own);
  if (known != owners_.end()) {
    known->second += weight;
  } else if (owners_.size() < OwnersMax) {
    owners_.emplace(own, weight);
  }
}

void LogReader::close_list() {
  if (!list_.has_value()) return;
  LogEvent event = list_->event();
  list_.reset();
  if (event.members.empty()) return;
  for (const ListedMember& member : event.members) {
    if (member.is_this) take_owner(member.address, ThisWeight);
  }
  keep(std::move(event), list_place_);
}

bool LogReader::is_repeat(const LogEvent& event) {
  if (!may_repeat(event.kind)) return false;
  const std::size_t count = std::min(RepeatWithin, log_.events.size());
  for (std::size_t i = 1; i <= count; ++i) {
    LogEvent& earlier = log_.events[log_.events.size() - i];
    const bool is_equal = earlier.kind == event.kind && earlier.subject == event.subject &&
                          earlier.cause == event.cause;
    if (!is_equal) continue;
    if (earlier.repeats < UINT32_MAX) ++earlier.repeats;
    return true;
  }
  return false;
}

void LogReader::keep(LogEvent event, const Place& place) {
  event.line = place.line;
  event.has_time = place.has_time;
  event.time = place.time;
  if (is_repeat(event)) return;
  if (log_.events.size() >= EventsMax) {
    ++log_.dropped_event_count;
    return;
  }
  log_.events.push_back(std::move(event));
}

base::Result<MemberLog> read_log(const std::string& path, std::string label) {
  std::ifstream in(path, std::ios::binary);
  std::string piece(PieceSize, '\0');
  if (in) in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  if (!in.is_open() || in.bad() || in.gcount() == 0) {
    return base::failure(path + ": cannot be read, or is empty; name a log file of a member");
  }
  if (piece.starts_with("\x1f\x8b")) {
    return base::failure(path + ": is packed; unpack it first (gunzip)");
  }
  LogReader reader(path, std::move(label));
  while (in.gcount() > 0) {
    reader.feed(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  }
  return reader.finish();
}

}  // namespace splitscope::scenarios::incident
