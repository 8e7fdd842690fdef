#include "scenarios/incident/log_event.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scenarios/incident/text_cursor.hpp"

namespace splitscope::scenarios::incident {
namespace {

constexpr std::size_t HostSizeMax = 253;
constexpr std::size_t UuidSize = 36;

constexpr std::array<std::string_view, LogKindCount> KindNames{
    "view",
    "suspected",
    "heartbeat_lost",
    "removed",
    "peer_joined",
    "peer_left",
    "master_left",
    "connection_opened",
    "connection_closed",
    "connection_failed",
    "connecting",
    "blacklisted",
    "claim_started",
    "claim_won",
    "claim_accepted",
    "merge_expected",
    "merge_decided",
    "merging",
    "starting",
    "started",
    "shutting_down",
    "shut_down",
    "in_merge",
    "merged",
    "merge_failed",
    "start_failed",
    "uuid_reset",
    "clock_jump",
    "heartbeat_expired",
    "coordinator",
    "local_member",
    "finds_by_list",
    "finds_by_multicast",
};
static_assert(static_cast<std::size_t>(LogKind::FindsByMulticast) + 1 == LogKindCount);

constexpr std::array<std::string_view, 13> CauseNames{
    "",
    "its heartbeats stopped",
    "there is no connection to it",
    "it was told so",
    "the other side closed",
    "the connection was reset",
    "connecting was refused",
    "connecting timed out",
    "it is unreachable",
    "it left",
    "it shut down",
    "its master told it to",
    "another reason",
};
static_assert(static_cast<std::size_t>(Cause::Other) + 1 == CauseNames.size());

// In this order: the words of an earlier one may stand within a later one's text.
struct CauseWords {
  std::string_view words;  // lower case
  Cause cause;
};
constexpr std::array<CauseWords, 21> CausesByWords{{
    {"not sent any heartbeats", Cause::Heartbeat},
    {"no heartbeat", Cause::Heartbeat},
    {"explicit suspicion", Cause::ExplicitSuspicion},
    {"no connection", Cause::NoConnection},
    {"refused", Cause::Refused},
    {"timed out", Cause::TimedOut},
    {"timeout", Cause::TimedOut},
    {"no route to host", Cause::Unreachable},
    {"unreachable", Cause::Unreachable},
    {"connection reset", Cause::Reset},
    {"reset by peer", Cause::Reset},
    {"broken pipe", Cause::Reset},
    {"by the other side", Cause::ClosedByPeer},
    {"remote socket closed", Cause::ClosedByPeer},
    {"eofexception", Cause::ClosedByPeer},
    {"closed by peer", Cause::ClosedByPeer},
    {"member left", Cause::Left},
    {"left the cluster", Cause::Left},
    {"endpointmanager is stopping", Cause::ShutDown},
    {"shutdown", Cause::ShutDown},
    {"shutting down", Cause::ShutDown},
}};

bool is_host_character(char c) {
  return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
}

std::optional<std::string> host_of(std::string_view text) {
  if (text.empty() || text.size() > HostSizeMax) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_host_character)) return std::nullopt;
  return std::string(text);
}

std::optional<std::uint16_t> take_port(Cursor& cursor) {
  if (!cursor.skip(':')) return std::nullopt;
  const auto port = cursor.number(1, 5);
  if (!port || *port == 0 || *port > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

// "host", "host/10.0.0.1" or "/10.0.0.1": the address counts.
std::string_view take_host(Cursor& cursor) {
  (void)cursor.skip('/');
  std::string_view host = cursor.take_until(":/ ,]\t", HostSizeMax + 1);
  if (!host.empty() && cursor.skip('/')) host = cursor.take_until(":/ ,]\t", HostSizeMax + 1);
  return host;
}

std::optional<std::uint64_t> hexadecimal(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (is_digit(c)) {
      value = value << 4 | static_cast<std::uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value << 4 | static_cast<std::uint64_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      value = value << 4 | static_cast<std::uint64_t>(c - 'A' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

}  // namespace

std::string to_text(const Address& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", address.host, address.port)
                 : fmt::format("{}:{}", address.host, address.port);
}

std::optional<Address> take_address(std::string_view& text) {
  Cursor cursor(text);
  (void)cursor.skip("Address");
  std::string_view host;
  if (cursor.skip('[')) {
    host = cursor.take_until("]", HostSizeMax + 1);
    if (!cursor.skip(']')) return std::nullopt;
  } else {
    host = take_host(cursor);
  }
  const auto name = host_of(host);
  const auto port = take_port(cursor);
  if (!name.has_value() || !port.has_value()) return std::nullopt;
  text = cursor.rest();
  return Address{*name, *port};
}

std::optional<base::Uuid> take_uuid(std::string_view& text) {
  if (text.size() < UuidSize) return std::nullopt;
  const std::string_view all = text.substr(0, UuidSize);
  std::string digits;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash != (all[i] == '-')) return std::nullopt;
    if (!is_dash) digits.push_back(all[i]);
  }
  const auto high = hexadecimal(std::string_view(digits).substr(0, 16));
  const auto low = hexadecimal(std::string_view(digits).substr(16));
  if (!high.has_value() || !low.has_value()) return std::nullopt;
  text.remove_prefix(UuidSize);
  return base::Uuid{*high, *low};
}

std::string_view to_text(LogKind kind) {
  return KindNames[static_cast<std::size_t>(kind)];
}

std::string_view to_text(Cause cause) {
  return CauseNames[static_cast<std::size_t>(cause)];
}

Cause cause_of(std::string_view words) {
  if (words.empty()) return Cause::None;
  std::string lower(words.substr(0, 400));
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const CauseWords& entry : CausesByWords) {
    if (lower.find(entry.words) != lower.npos) return entry.cause;
  }
  return Cause::Other;
}

}  // namespace splitscope::scenarios::incident
