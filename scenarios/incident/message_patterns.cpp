#include "scenarios/incident/message_patterns.hpp"

#include <array>

#include "scenarios/incident/text_cursor.hpp"
#include "scenarios/incident/timestamp.hpp"

namespace splitscope::scenarios::incident {
namespace {

using std::string_view;

// "Member [10.0.0.1]:5701 - uuid", of which 3.5 writes no uuid.
bool take_member(string_view& text, Address& address, base::Uuid& uuid) {
  string_view rest = text;
  if (rest.starts_with("Member ")) rest.remove_prefix(7);
  const auto found = take_address(rest);
  if (!found.has_value()) return false;
  address = *found;
  if (rest.starts_with(" - ")) {
    string_view behind = rest.substr(3);
    if (const auto id = take_uuid(behind); id.has_value()) {
      uuid = *id;
      rest = behind;
    }
  }
  text = rest;
  return true;
}

// The word that ends where `text` ends.
string_view last_word(string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const std::size_t space = text.find_last_of(" \t");
  return space == text.npos ? text : text.substr(space + 1);
}

base::Duration milliseconds_after(string_view text, string_view words) {
  Cursor cursor(text);
  if (!cursor.skip_past(words)) return {};
  const auto value = cursor.number(1, 12);
  return value.has_value() ? std::chrono::milliseconds{static_cast<std::int64_t>(*value)}
                           : base::Duration{};
}

// Each reads what stands behind its needle (`behind`) and before it (`before`).
struct Found {
  string_view before;
  string_view behind;
};
using Read = bool (*)(const Found& found, LogEvent& event);

bool member_behind(const Found& found, LogEvent& event) {
  string_view text = found.behind;
  return take_member(text, event.subject, event.uuid);
}

bool address_before(const Found& found, LogEvent& event) {
  string_view word = last_word(found.before);
  const auto address = take_address(word);
  if (!address.has_value() || !word.empty()) return false;
  event.subject = *address;
  return true;
}

// "Member [x]:5701 - uuid is suspected to be dead for reason: ..."
bool read_suspected(const Found& found, LogEvent& event) {
  const std::size_t member = found.before.rfind("Member ");
  if (member == string_view::npos) return false;
  string_view text = found.before.substr(member);
  if (!take_member(text, event.subject, event.uuid)) return false;
  event.cause = cause_of(found.behind);
  return true;
}

// "Suspecting Member [x]:5701 - uuid because it has not sent any heartbeats since <time>. Now:
// <time>, heartbeat timeout: 10000 ms"
bool read_heartbeat_lost(const Found& found, LogEvent& event) {
  string_view text = found.behind;
  if (!take_member(text, event.subject, event.uuid)) return false;
  event.cause = Cause::Heartbeat;
  Cursor cursor(text);
  if (cursor.skip_past("heartbeats since ")) {
    const auto since = read_timestamp(cursor.rest());
    if (since.has_value() && since->has_date) event.since = since->time;
  }
  event.duration = milliseconds_after(text, "heartbeat timeout: ");
  return true;
}

// "Removing Member [x]:5701 - uuid"; 3.5: "... because it has not sent any heartbeats for 10342
// ms."
bool read_removed(const Found& found, LogEvent& event) {
  string_view text = found.behind;
  if (!take_member(text, event.subject, event.uuid)) return false;
  if (text.find("because") != text.npos) event.cause = cause_of(text);
  event.duration = milliseconds_after(text, "heartbeats for ");
  return true;
}

// Carbon: "Member left [uuid]: /10.0.0.5:4000", "Member left: [UUID] uuid, [Address]
// /10.0.0.5:4000"
bool read_carbon_peer(const Found& found, LogEvent& event) {
  string_view text = found.behind;
  if (text.starts_with(": [UUID] ")) {
    text.remove_prefix(9);
  } else if (text.starts_with(" [")) {
    text.remove_prefix(2);
  } else {
    return false;
  }
  const auto uuid = take_uuid(text);
  const std::size_t colon = text.find_first_of("/ ");
  if (!uuid.has_value() || colon == text.npos) return false;
  event.uuid = *uuid;
  Cursor cursor(text);
  (void)(cursor.skip(", [Address] ") || cursor.skip("]: ") || cursor.skip("] :"));
  string_view rest = cursor.rest();
  const auto address = take_address(rest);
  if (!address.has_value()) return false;
  event.subject = *address;
  return true;
}

// 3.5: "Master Address[x]:5701 left the cluster. Assigning new master Member [y]:5701"
bool read_master_left(const Found& found, LogEvent& event) {
  if (!address_before(found, event)) return false;
  string_view text = found.behind;
  base::Uuid uuid;
  return take_member(text, event.other, uuid);
}

// "... between /10.0.0.1:5701 and /10.0.0.2:40123"
bool read_connection_opened(const Found& found, LogEvent& event) {
  string_view text = found.behind;
  const auto own = take_address(text);
  if (!own.has_value() || !text.starts_with(" and ")) return false;
  text.remove_prefix(5);
  const auto peer = take_address(text);
  if (!peer.has_value()) return false;
  event.other = *own;
  event.subject = *peer;
  return true;
}

// "Connection[id=3, /a:5701->/b:40123, qualifier=null, endpoint=[b]:5701, alive=false, ...] closed.
// Reason: ..."
bool read_connection_closed(const Found& found, LogEvent& event) {
  Cursor cursor(found.before);
  if (!cursor.skip_past("endpoint=")) return false;
  string_view text = cursor.rest();
  const auto peer = take_address(text);
  if (!peer.has_value()) return false;
  event.subject = *peer;
  event.cause = cause_of(found.behind);
  return true;
}

// 3.5: "Connection [Address[x]:5701] lost. Reason: ..."
bool read_connection_lost(const Found& found, LogEvent& event) {
  Cursor cursor(found.before);
  if (!cursor.skip_past("Connection [")) return false;
  string_view text = cursor.rest();
  const auto peer = take_address(text);
  if (!peer.has_value()) return false;
  event.subject = *peer;
  event.cause = cause_of(found.behind);
  return true;
}

// "Could not connect to: /10.0.0.2:5701. Reason: ..."
bool read_connection_failed(const Found& found, LogEvent& event) {
  string_view text = found.behind;
  const auto peer = take_address(text);
  if (!peer.has_value()) return false;
  event.subject = *peer;
  event.cause = cause_of(text);
  return true;
}

// "[a]:5701 is merging [tcp/ip] to [b]:5701", "... is merging to [b]:5701, because: ..."
bool read_merging(const Found& found, LogEvent& event) {
  if (!address_before(found, event)) return false;
  Cursor cursor(found.behind);
  if (!cursor.skip_past("to ")) return false;
  string_view text = cursor.rest();
  const auto target = take_address(text);
  if (!target.has_value()) return false;
  event.other = *target;
  if (text.find("instructed by master") != text.npos) event.cause = Cause::ToldByMaster;
  return true;
}

bool read_uuid_reset(const Found& found, LogEvent& event) {
  Cursor cursor(found.behind);
  if (!cursor.skip_past("new: ")) return false;
  string_view text = cursor.rest();
  const auto uuid = take_uuid(text);
  if (!uuid.has_value()) return false;
  event.uuid = *uuid;
  return true;
}

bool read_clock_jump(const Found& found, LogEvent& event) {
  event.duration = milliseconds_after(found.behind, "Clock-Jump: ");
  return true;
}

bool read_uuid(const Found& found, LogEvent& event) {
  string_view text = found.behind;
  const auto uuid = take_uuid(text);
  if (uuid.has_value()) event.uuid = *uuid;
  return uuid.has_value();
}

// Carbon: "Local member: [uuid] - Host:10.0.0.1, Remote Host:null, Port: 4000, ..."
bool read_local_member(const Found& found, LogEvent& event) {
  if (!read_uuid(found, event)) return false;
  Cursor cursor(found.behind);
  if (!cursor.skip_past("Host:")) return false;
  cursor.skip_spaces();
  const string_view host = cursor.take_until(", \t", 253);
  if (!cursor.skip_past("Port:")) return false;
  cursor.skip_spaces();
  std::string text = std::string(host) + ":" + std::string(cursor.take_until(", \t", 5));
  string_view written = text;
  const auto address = take_address(written);
  if (!address.has_value()) return false;
  event.subject = *address;
  return true;
}

bool nothing_more(const Found&, LogEvent&) {
  return true;
}

struct Pattern {
  string_view needle;
  LogKind kind;
  Read read;
};
// In this order: a message may quote what another one says.
constexpr std::array<Pattern, 42> Patterns{{
    {" is suspected to be dead for reason: ", LogKind::Suspected, read_suspected},
    {"] closed. Reason: ", LogKind::ConnectionClosed, read_connection_closed},
    {"] lost. Reason: ", LogKind::ConnectionClosed, read_connection_lost},
    {"Suspecting Member ", LogKind::HeartbeatLost, read_heartbeat_lost},
    {"Could not connect to: ", LogKind::ConnectionFailed, read_connection_failed},
    {"Initialized new cluster connection between ", LogKind::ConnectionOpened,
     read_connection_opened},
    {"Established socket connection between ", LogKind::ConnectionOpened, read_connection_opened},
    {"Connecting to ", LogKind::Connecting, member_behind},
    {" is added to the blacklist.", LogKind::Blacklisted, address_before},
    {"Removing Member ", LogKind::Removed, read_removed},
    {"Member joined", LogKind::PeerJoined, read_carbon_peer},
    {"Member left", LogKind::PeerLeft, read_carbon_peer},
    {" left the cluster. Assigning new master ", LogKind::MasterLeft, read_master_left},
    {"Starting mastership claim process", LogKind::ClaimStarted, nothing_more},
    {"Mastership is claimed with: ", LogKind::ClaimWon, nothing_more},
    {"Mastership of ", LogKind::ClaimAccepted, member_behind},
    {" should merge to us", LogKind::MergeExpected, address_before},
    {"We should merge to ", LogKind::MergeDecided, member_behind},
    {"We are merging to ", LogKind::MergeDecided, member_behind},
    {" is merging ", LogKind::Merging, read_merging},
    {" is STARTING", LogKind::Starting, address_before},
    {" is STARTED", LogKind::Started, address_before},
    {" is SHUTTING_DOWN", LogKind::ShuttingDown, address_before},
    {" is SHUTDOWN", LogKind::ShutDown, address_before},
    {" is MERGING", LogKind::InMerge, address_before},
    {" is MERGED", LogKind::Merged, address_before},
    {" is MERGE_FAILED", LogKind::MergeFailed, address_before},
    {"Resetting local member UUID.", LogKind::UuidReset, read_uuid_reset},
    {"because of huge system clock jump", LogKind::ClockJump, read_clock_jump},
    {"Ignoring heartbeat from Member ", LogKind::HeartbeatExpired, member_behind},
    {"Elected this member [", LogKind::Coordinator, read_uuid},
    {"Local member: [", LogKind::LocalMember, read_local_member},
    {"Hazelcast Shutdown is completed", LogKind::ShutDown, nothing_more},
    {"Node failed to start!", LogKind::StartFailed, nothing_more},
    {"Using TCP/IP discovery", LogKind::FindsByList, nothing_more},
    {"Creating TcpIpJoiner", LogKind::FindsByList, nothing_more},
    {"Using wka based membership", LogKind::FindsByList, nothing_more},
    {"Initializing WKA based membership", LogKind::FindsByList, nothing_more},
    {"Using Multicast discovery", LogKind::FindsByMulticast, nothing_more},
    {"Creating MulticastJoiner", LogKind::FindsByMulticast, nothing_more},
    {"Using multicast based membership", LogKind::FindsByMulticast, nothing_more},
    {"Initializing multicast based membership", LogKind::FindsByMulticast, nothing_more},
}};

}  // namespace

std::optional<LogEvent> read_message(string_view text) {
  for (const Pattern& pattern : Patterns) {
    const std::size_t at = text.find(pattern.needle);
    if (at == text.npos) continue;
    LogEvent event;
    event.kind = pattern.kind;
    const Found found{text.substr(0, at), text.substr(at + pattern.needle.size())};
    if (pattern.read(found, event)) return event;
  }
  return std::nullopt;
}

std::optional<MessagePrefix> find_prefix(string_view text) {
  for (std::size_t at = text.find('['); at != text.npos; at = text.find('[', at + 1)) {
    string_view rest = text.substr(at);
    const auto own = take_address(rest);
    if (!own.has_value() || !rest.starts_with(" [")) continue;
    const std::size_t name_end = rest.find("] [");
    if (name_end == rest.npos || name_end > 128) continue;
    Cursor cursor(rest.substr(name_end + 3));
    const auto major = cursor.number(1, 3);
    if (!major.has_value() || !cursor.skip('.')) continue;
    const auto minor = cursor.number(1, 3);
    if (!minor.has_value()) continue;
    return MessagePrefix{*own, rest.substr(2, name_end - 2), static_cast<std::uint32_t>(*major),
                         static_cast<std::uint32_t>(*minor)};
  }
  return std::nullopt;
}

std::optional<MemberList> MemberList::begin(string_view line) {
  const std::size_t at = line.find("Members ");
  if (at == line.npos) return std::nullopt;
  Cursor cursor(line.substr(at + 8));
  MemberList list;
  const bool has_version = cursor.skip("{size:");
  if (!has_version && !cursor.skip('[')) return std::nullopt;
  const auto size = cursor.number(1, 5);
  if (!size.has_value()) return std::nullopt;
  list.event_.size_told = static_cast<std::uint32_t>(*size);
  if (has_version) {
    if (!cursor.skip(", ver:")) return std::nullopt;
    const auto version = cursor.number(1, 18);
    if (!version.has_value() || !cursor.skip("} [")) return std::nullopt;
    list.event_.version = *version;
  } else if (!cursor.skip("] {")) {
    return std::nullopt;
  }
  list.event_.is_whole = false;
  if (!list.read(cursor.rest())) list.is_over_ = true;
  return list;
}

bool MemberList::read(string_view text) {
  for (;;) {
    const std::size_t at = text.find_first_not_of(" \t\r");
    if (at == text.npos) return true;
    text.remove_prefix(at);
    if (text.front() == ']' || text.front() == '}') {
      is_over_ = true;
      event_.is_whole = event_.members.size() == event_.size_told;
      return true;
    }
    ListedMember member;
    if (!text.starts_with("Member ") || !take_member(text, member.address, member.uuid)) {
      return false;
    }
    for (const string_view word : {" this", " lite"}) {
      if (!text.starts_with(word)) continue;
      text.remove_prefix(word.size());
      if (word == " this") member.is_this = true;
    }
    if (event_.members.size() == MembersMax) return false;
    event_.members.push_back(std::move(member));
  }
}

bool MemberList::add(string_view line, bool& taken) {
  taken = read(line);
  if (!taken) is_over_ = true;
  return is_over_;
}

LogEvent MemberList::event() const {
  LogEvent event = event_;
  event.kind = LogKind::View;
  return event;
}

}  // namespace splitscope::scenarios::incident
