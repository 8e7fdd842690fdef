// What one line of a member's log says, as a typed event. Texts of the log never get further than
// this: an event holds addresses, uuids, numbers and a cause from a fixed list, so that nothing
// else that stands in a log (passwords, tokens, user data) can reach any output.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace splitscope::scenarios::incident {

// Where a member listens, as logs name it: an address or a host name, of letters, digits and
// ".:-_%".
struct Address {
  std::string host;
  std::uint16_t port = 0;
  bool is_empty() const { return host.empty(); }
  friend auto operator<=>(const Address&, const Address&) = default;
};
// "10.0.0.1:5701"; "[2001:db8::1]:5701"
std::string to_text(const Address& address);
// "[10.0.0.1]:5701", "Address[10.0.0.1]:5701", "host/10.0.0.1:5701", "10.0.0.1:5701", at the
// beginning of the text; taken off it. A member of the text that is no address takes nothing.
std::optional<Address> take_address(std::string_view& text);
// 36 characters at the beginning of the text; taken off it.
std::optional<base::Uuid> take_uuid(std::string_view& text);

enum class LogKind : std::uint8_t {
  View,              // members: the list as this member holds it
  Suspected,         // subject, for a cause
  HeartbeatLost,     // subject: not heard since `since`; duration: the timeout
  Removed,           // subject: this member, as master, takes it off the list
  PeerJoined,        // subject: Carbon's listener
  PeerLeft,          // subject: Carbon's listener
  MasterLeft,        // subject; other: the new master (3.5)
  ConnectionOpened,  // subject, other: both ends as this side sees them
  ConnectionClosed,  // subject: the member at the other end, for a cause
  ConnectionFailed,  // subject: who could not be reached, for a cause
  Connecting,        // subject
  Blacklisted,       // subject
  ClaimStarted,      // this member claims to be master
  ClaimWon,
  ClaimAccepted,  // subject: the new master
  MergeExpected,  // subject should merge to this member's cluster
  MergeDecided,   // this member's cluster should merge to subject
  Merging,        // subject merges to other
  Starting,
  Started,
  ShuttingDown,
  ShutDown,
  InMerge,  // the lifecycle's MERGING
  Merged,
  MergeFailed,
  StartFailed,
  UuidReset,         // uuid: the new one
  ClockJump,         // duration: how far
  HeartbeatExpired,  // of subject: it was read too late, since this member did not run
  Coordinator,       // uuid: Carbon elected this member
  LocalMember,       // subject: Carbon names itself
  FindsByList,       // members find each other by well-known addresses
  FindsByMulticast,
};
inline constexpr std::size_t LogKindCount = 33;

// "view", "suspected", ...
std::string_view to_text(LogKind kind);

enum class Cause : std::uint8_t {
  None,
  Heartbeat,
  NoConnection,
  ExplicitSuspicion,
  ClosedByPeer,
  Reset,
  Refused,
  TimedOut,
  Unreachable,
  Left,
  ShutDown,
  ToldByMaster,
  Other,
};
// "its heartbeats stopped", ...; empty for None.
std::string_view to_text(Cause cause);
// What the words of a log mean.
Cause cause_of(std::string_view words);

struct ListedMember {
  Address address;
  base::Uuid uuid;  // nil where the version does not print it (3.5)
  bool is_this = false;
  friend bool operator==(const ListedMember&, const ListedMember&) = default;
};

struct LogEvent {
  LogKind kind = LogKind::View;
  Cause cause = Cause::None;
  std::uint32_t line = 0;
  std::uint32_t repeats = 1;  // equal ones in a row, told once
  bool has_time = false;      // false: no line before it told a time
  base::WallTime time;        // by the member's own clock
  Address subject;
  Address other;
  base::Uuid uuid;  // of the subject; nil = not told
  base::Duration duration{};
  std::optional<base::WallTime> since;  // by the member's own clock
  std::vector<ListedMember> members;    // of a View, oldest first
  std::optional<std::uint64_t> version;
  std::uint32_t size_told = 0;  // of a View: what its heading says
  // Of a View: the list ended, and has as many members as it says.
  bool is_whole = true;
};

}  // namespace splitscope::scenarios::incident
