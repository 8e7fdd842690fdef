#include "schemes/membership/address_rules.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

using base::Endpoint;
using base::Ipv4;

constexpr PortRule Ports{5701, 3};

std::string error_of(std::string_view text) {
  const auto entry = parse_entry(text, Ports);
  return entry ? "" : entry.error().message;
}

// The candidates of a list for a member at 10.1.4.12:4000.
std::vector<std::string> candidates(const std::vector<WellKnownEntry>& entries, PortRule ports) {
  const auto parsed = parse_entries(entries, ports);
  REQUIRE(parsed);
  const Ipv4 own = base::ipv4(10, 1, 4, 12);
  CandidateList list({&own, 1}, 4000);
  for (const AddressEntry& entry : *parsed) list.add(entry, entry.addresses);
  std::vector<std::string> texts;
  for (const Endpoint& endpoint : list.endpoints()) texts.push_back(base::to_text(endpoint));
  return texts;
}

}  // namespace

TEST_CASE("host:port is one address", "[schemes][addresses]") {
  const auto entry = parse_entry(" 10.77.0.11:5701 ", Ports);
  REQUIRE(entry);
  CHECK(entry->addresses == std::vector{base::ipv4(10, 77, 0, 11)});
  CHECK(entry->port == 5701);
  CHECK(entry->port_count == 1);
}

TEST_CASE("an address without a port means three ports from the base port",
          "[schemes][addresses]") {
  const auto entry = parse_entry("10.77.0.11", Ports);
  REQUIRE(entry);
  CHECK(entry->port == 5701);
  CHECK(entry->port_count == 3);
  CHECK(parse_entry("10.77.0.11", {65'535, 3})->port_count == 1);
}

TEST_CASE("a range of last octets without ourselves: 10.1.4.10-15:4000", "[schemes][addresses]") {
  CHECK(candidates({{"10.1.4.10-15:4000"}}, {4000, 3}) ==
        std::vector<std::string>{"10.1.4.10:4000", "10.1.4.11:4000", "10.1.4.13:4000",
                                 "10.1.4.14:4000", "10.1.4.15:4000"});
}

TEST_CASE("our own address on another port stays, as another member may have it",
          "[schemes][addresses]") {
  CHECK(candidates({{"10.1.4.12"}, {"127.0.0.1:4000"}}, {4000, 3}) ==
        std::vector<std::string>{"10.1.4.12:4001", "10.1.4.12:4002"});
}

TEST_CASE("the list's order is kept and duplicates are dropped", "[schemes][addresses]") {
  CHECK(candidates({{"10.1.4.20:4000"}, {"10.1.4.9:4000"}, {"10.1.4.20:4000"}}, {4000, 3}) ==
        std::vector<std::string>{"10.1.4.20:4000", "10.1.4.9:4000"});
}

TEST_CASE("a wildcard stands for 256 addresses", "[schemes][addresses]") {
  const auto entry = parse_entry("10.1.4.*:4000", Ports);
  REQUIRE(entry);
  CHECK(entry->addresses.size() == 256);
  CHECK(entry->addresses.front() == base::ipv4(10, 1, 4, 0));
  CHECK(entry->addresses.back() == base::ipv4(10, 1, 4, 255));
}

TEST_CASE("one text may hold several entries", "[schemes][addresses]") {
  CHECK(candidates({{"10.1.4.1:4000, 10.1.4.2:4000;10.1.4.3:4000 10.1.4.4:4000"}}, {4000, 3})
            .size() == 4);
}

TEST_CASE("names are left to the resolver", "[schemes][addresses]") {
  const auto entry = parse_entry("node-1.corp_a.test:4000", Ports);
  REQUIRE(entry);
  CHECK(entry->is_name());
  CHECK(entry->name == "node-1.corp_a.test");
  CHECK(entry->addresses.empty());
  CHECK(parse_entry("localhost", Ports)->port_count == 3);
}

TEST_CASE("a bad entry is quoted with what to write", "[schemes][addresses]") {
  CHECK(error_of("") == "a well-known entry is empty; write host or host:port");
  CHECK(error_of("10.1.4.7:") == "the port of \"10.1.4.7:\" is not a number of 1 to 65535");
  CHECK(error_of("10.1.4.7:70000").find("\"10.1.4.7:70000\"") != std::string::npos);
  CHECK(error_of("10.1.4.7:0").find("1 to 65535") != std::string::npos);
  CHECK(error_of("10.1.4.300").find("\"10.1.4.300\" is no address") != std::string::npos);
  CHECK(error_of("10.1.4.15-10").find("is no address") != std::string::npos);
  CHECK(error_of("10.1.4").find("is no address") != std::string::npos);
  CHECK(error_of("10.1.4.7.9").find("is no address") != std::string::npos);
  CHECK(error_of("[::1]:5701").find("IPv6") != std::string::npos);
  CHECK(error_of("fe80::1").find("IPv6") != std::string::npos);
  CHECK(error_of("${HOST}:4000").find("is no host name") != std::string::npos);
  CHECK(error_of(".corp").find("is no host name") != std::string::npos);
  CHECK(error_of(std::string(64, 'a')).find("is no host name") != std::string::npos);
}

TEST_CASE("lists are bounded", "[schemes][addresses]") {
  CHECK(error_of("10.1.*.*").find("more than 4096 addresses") != std::string::npos);
  CHECK(error_of("10.1.0-15.*:4000").empty());
  CHECK_FALSE(parse_entry("10.1.0-15.*", Ports));

  std::vector<WellKnownEntry> entries(EntryCountMax, {"10.1.1.1:4000"});
  CHECK(parse_entries(entries, Ports));
  entries.push_back({"10.1.1.1:4000"});
  CHECK_FALSE(parse_entries(entries, Ports));
  entries.assign(17, {"10.1.1.*:4000"});
  CHECK_FALSE(parse_entries(entries, Ports));
}

TEST_CASE("loopback is our own, unless we live there among neighbours", "[schemes][addresses]") {
  const Ipv4 outside = base::ipv4(10, 1, 4, 12);
  CHECK_FALSE(CandidateList({&outside, 1}, 5701).add({base::ipv4(127, 0, 0, 1), 5701}));
  const Ipv4 inside = base::ipv4(127, 0, 0, 2);
  CandidateList list({&inside, 1}, 5701);
  CHECK(list.add({base::ipv4(127, 0, 0, 1), 5701}));
  CHECK_FALSE(list.add({inside, 5701}));
}

TEST_CASE("a candidate list takes 4096 and no more", "[schemes][addresses]") {
  CandidateList list({}, 1);
  for (std::uint32_t i = 0; i < CandidateCountMax; ++i) {
    REQUIRE(list.add({Ipv4{0x0a000000 + i}, 5701}));
  }
  CHECK_FALSE(list.add({base::ipv4(11, 0, 0, 1), 5701}));
  CHECK(list.endpoints().size() == CandidateCountMax);
  list.clear();
  CHECK(list.add({base::ipv4(11, 0, 0, 1), 5701}));
}

TEST_CASE("properties of entries", "[schemes][addresses][property]") {
  rc::prop("no text is taken for more addresses than the limit, and none crashes", [] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::element('0', '1', '2', '5', '9', '.', '-', '*', ':', 'a', '[', ' ', '_'));
    const auto entry = parse_entry(text, Ports);
    if (!entry) {
      RC_ASSERT(!entry.error().message.empty());
      return;
    }
    RC_ASSERT(entry->addresses.size() * entry->port_count <= CandidateCountMax);
    RC_ASSERT(entry->is_name() == entry->addresses.empty());
    RC_ASSERT(entry->port > 0);
  });
  rc::prop("candidates are unique and never our own", [] {
    const Ipv4 own = base::ipv4(10, 0, 0, 1);
    CandidateList list({&own, 1}, 5701);
    const auto hosts =
        *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::inRange<std::uint8_t>(0, 6));
    for (const std::uint8_t host : hosts) {
      list.add({base::ipv4(10, 0, 0, host), 5701});
    }
    std::set<Endpoint> seen;
    for (const Endpoint& endpoint : list.endpoints()) {
      RC_ASSERT(seen.insert(endpoint).second);
      RC_ASSERT(endpoint != (Endpoint{own, 5701}));
    }
  });
}

}  // namespace splitscope::schemes
