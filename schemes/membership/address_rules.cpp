#include "schemes/membership/address_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace splitscope::schemes {

using base::Endpoint;
using base::failure;
using base::Ipv4;
using base::Result;

namespace {

std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t value_max) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > value_max) {
    return std::nullopt;
  }
  return value;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view Blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(Blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(Blanks) - first + 1);
}

// Hazelcast splits an entry at commas, semicolons and blanks. One that is all separators stays one
// entry, so that it is reported as empty.
std::vector<std::string_view> split_entry(std::string_view text) {
  constexpr std::string_view Separators = ",; \t\r\n";
  std::vector<std::string_view> parts;
  std::size_t begin = text.find_first_not_of(Separators);
  while (begin != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(Separators, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(Separators, end);
  }
  if (parts.empty()) parts.push_back({});
  return parts;
}

struct OctetRange {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  std::uint32_t size() const { return high - low + 1; }
};

std::optional<OctetRange> parse_octet(std::string_view text) {
  if (text == "*") return OctetRange{0, 255};
  const std::size_t dash = text.find('-');
  const auto low = parse_number(text.substr(0, dash), 255);
  const auto high = dash == std::string_view::npos ? low : parse_number(text.substr(dash + 1), 255);
  if (!low || !high || *low > *high) return std::nullopt;
  return OctetRange{*low, *high};
}

std::optional<std::array<OctetRange, 4>> parse_pattern(std::string_view host) {
  std::array<OctetRange, 4> pattern;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::size_t dot = host.find('.');
    const bool is_last = i + 1 == pattern.size();
    if (is_last != (dot == std::string_view::npos)) return std::nullopt;
    const auto octet = parse_octet(host.substr(0, dot));
    if (!octet) return std::nullopt;
    pattern[i] = *octet;
    if (!is_last) host.remove_prefix(dot + 1);
  }
  return pattern;
}

std::size_t pattern_size(const std::array<OctetRange, 4>& pattern) {
  std::size_t size = 1;
  for (const OctetRange& range : pattern) size *= range.size();
  return size;
}

std::vector<Ipv4> expand(const std::array<OctetRange, 4>& pattern) {
  std::vector<Ipv4> addresses;
  addresses.reserve(pattern_size(pattern));
  for (std::uint32_t a = pattern[0].low; a <= pattern[0].high; ++a) {
    for (std::uint32_t b = pattern[1].low; b <= pattern[1].high; ++b) {
      for (std::uint32_t c = pattern[2].low; c <= pattern[2].high; ++c) {
        for (std::uint32_t d = pattern[3].low; d <= pattern[3].high; ++d) {
          addresses.push_back(Ipv4{(a << 24) | (b << 16) | (c << 8) | d});
        }
      }
    }
  }
  return addresses;
}

bool is_pattern_text(std::string_view host) {
  return host.find_first_not_of("0123456789.*-") == std::string_view::npos;
}

// Letters, digits, hyphens and underscores in labels of 1 to 63, as resolvers take them.
bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > HostNameSizeMax) return false;
  std::size_t label_size = 0;
  for (const char c : host) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool is_digit = c >= '0' && c <= '9';
    if (c == '.') {
      if (label_size == 0) return false;
      label_size = 0;
    } else if (is_letter || is_digit || c == '-' || c == '_') {
      if (++label_size > 63) return false;
    } else {
      return false;
    }
  }
  return label_size > 0;
}

Result<void> set_ports(AddressEntry& entry, std::string_view text,
                       std::optional<std::string_view> port_text, const PortRule& ports) {
  if (port_text) {
    const auto port = parse_number(*port_text, 65'535);
    if (!port || *port == 0) {
      return failure(fmt::format("the port of \"{}\" is not a number of 1 to 65535", text));
    }
    entry.port = static_cast<std::uint16_t>(*port);
    return {};
  }
  entry.port = ports.base_port;
  const std::uint32_t last = std::min(std::uint32_t{65'535}, ports.base_port + ports.try_count - 1);
  entry.port_count = static_cast<std::uint16_t>(last - ports.base_port + 1);
  return {};
}

Result<void> set_host(AddressEntry& entry, std::string_view text, std::string_view host) {
  if (!is_pattern_text(host)) {
    if (!is_host_name(host)) {
      return failure(fmt::format("\"{}\" is no host name; write one host or host:port", text));
    }
    entry.name = host;
    return {};
  }
  const auto pattern = parse_pattern(host);
  if (!pattern) {
    return failure(fmt::format(
        "\"{}\" is no address; write four numbers of 0 to 255, ranges such as 10-15, or *", text));
  }
  if (pattern_size(*pattern) * entry.port_count > CandidateCountMax) {
    return failure(fmt::format("\"{}\" stands for more than {} addresses; narrow the range", text,
                               CandidateCountMax));
  }
  entry.addresses = expand(*pattern);
  return {};
}

}  // namespace

Result<AddressEntry> parse_entry(std::string_view text, const PortRule& ports) {
  const std::string_view whole = trim(text);
  if (whole.empty()) return failure("a well-known entry is empty; write host or host:port");
  const std::size_t colon = whole.find(':');
  if (whole.front() == '[' ||
      whole.find(':', std::min(colon, whole.size() - 1) + 1) != std::string_view::npos) {
    return failure(fmt::format("\"{}\" is an IPv6 address; only IPv4 is supported", whole));
  }
  std::optional<std::string_view> port_text;
  if (colon != std::string_view::npos) port_text = whole.substr(colon + 1);
  AddressEntry entry;
  if (const auto done = set_ports(entry, whole, port_text, ports); !done) {
    return std::unexpected(done.error());
  }
  if (const auto done = set_host(entry, whole, whole.substr(0, colon)); !done) {
    return std::unexpected(done.error());
  }
  return entry;
}

Result<std::vector<AddressEntry>> parse_entries(std::span<const WellKnownEntry> entries,
                                                const PortRule& ports) {
  std::vector<AddressEntry> parsed;
  std::size_t candidate_count = 0;
  for (const WellKnownEntry& entry : entries) {
    for (const std::string_view part : split_entry(entry.text)) {
      if (parsed.size() == EntryCountMax) {
        return failure(fmt::format("the well-known list has more than {} entries", EntryCountMax));
      }
      auto result = parse_entry(part, ports);
      if (!result) return std::unexpected(std::move(result.error()));
      candidate_count += std::max<std::size_t>(result->addresses.size(), 1) * result->port_count;
      if (candidate_count > CandidateCountMax) {
        return failure(
            fmt::format("with \"{}\" the well-known list stands for more than {} addresses", part,
                        CandidateCountMax));
      }
      parsed.push_back(std::move(*result));
    }
  }
  return parsed;
}

CandidateList::CandidateList(std::span<const Ipv4> local_addresses, std::uint16_t own_port)
    : local_addresses_(local_addresses.begin(), local_addresses.end()), own_port_(own_port) {}

bool CandidateList::is_own(const Endpoint& endpoint) const {
  if (endpoint.port != own_port_) return false;
  if (std::ranges::find(local_addresses_, endpoint.address) != local_addresses_.end()) return true;
  // A member that lives on a loopback address has neighbours on the others.
  return endpoint.address.is_loopback() &&
         std::ranges::none_of(local_addresses_, &Ipv4::is_loopback);
}

bool CandidateList::add(const Endpoint& endpoint) {
  if (is_own(endpoint) || endpoints_.size() == CandidateCountMax) return false;
  const auto place = std::lower_bound(sorted_.begin(), sorted_.end(), endpoint);
  if (place != sorted_.end() && *place == endpoint) return false;
  sorted_.insert(place, endpoint);
  endpoints_.push_back(endpoint);
  return true;
}

bool CandidateList::add(const AddressEntry& entry, std::span<const Ipv4> addresses) {
  for (const Ipv4 address : addresses) {
    for (std::uint16_t i = 0; i < entry.port_count; ++i) {
      add(Endpoint{address, static_cast<std::uint16_t>(entry.port + i)});
    }
  }
  return endpoints_.size() < CandidateCountMax;
}

void CandidateList::clear() {
  endpoints_.clear();
  sorted_.clear();
}

}  // namespace splitscope::schemes
