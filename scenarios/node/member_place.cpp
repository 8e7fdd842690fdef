#include "scenarios/node/member_place.hpp"

#include <fmt/format.h>

#include "schemes/membership/address_rules.hpp"

namespace splitscope::scenarios {
namespace {

base::Result<MemberPlace> literal_place(std::uint32_t node, const std::string& host,
                                        std::uint16_t port) {
  const auto address = base::parse_ipv4(host);
  if (!address.has_value()) {
    return base::failure(fmt::format(
        "node {} lives at \"{}\", which is no literal address; say --bind ADDRESS", node, host));
  }
  return MemberPlace{node, *address, port};
}

// The first address and port that an entry of the well-known list stands for.
base::Result<MemberPlace> listed_place(const schemes::ClusterConfig& config, std::uint32_t node) {
  if (node > config.wka.members.size()) {
    return base::failure(fmt::format(
        "--node {}: the files name {} node(s) and {} well-known member(s); say --bind ADDRESS",
        node, config.nodes.size(), config.wka.members.size()));
  }
  const std::string& text = config.wka.members[node - 1].text;
  const auto entry = schemes::parse_entry(text, {config.port, 1});
  if (!entry.has_value()) return std::unexpected(entry.error());
  if (entry->addresses.empty()) return literal_place(node, text, 0);
  return MemberPlace{node, entry->addresses.front(), entry->port};
}

// Which node of the files lives there: 1 if none is known to.
std::uint32_t node_at(const schemes::ClusterConfig& config, base::Ipv4 address) {
  const std::string text = base::to_text(address);
  for (std::size_t i = 0; i < config.nodes.size(); ++i) {
    if (config.nodes[i].host == text) return static_cast<std::uint32_t>(i + 1);
  }
  for (std::size_t i = 0; i < config.wka.members.size(); ++i) {
    const auto entry = schemes::parse_entry(config.wka.members[i].text, {config.port, 1});
    if (!entry.has_value() || entry->addresses.empty()) continue;
    if (entry->addresses.front() == address) return static_cast<std::uint32_t>(i + 1);
  }
  return 1;
}

base::Result<MemberPlace> bound_place(const schemes::ClusterConfig& config,
                                      const PlaceRequest& request) {
  MemberPlace place;
  if (const auto endpoint = base::parse_endpoint(request.bind); endpoint.has_value()) {
    place = {request.node, endpoint->address, endpoint->port};
  } else if (const auto address = base::parse_ipv4(request.bind); address.has_value()) {
    place = {request.node, *address, 0};
  } else {
    return base::failure(fmt::format(
        "--bind {}: write an address or address:port, for example --bind 127.0.0.1:5701",
        request.bind));
  }
  if (place.node == 0) place.node = node_at(config, place.address);
  return place;
}

}  // namespace

base::Result<MemberPlace> find_place(const schemes::ClusterConfig& config,
                                     const PlaceRequest& request) {
  const std::uint32_t node = request.node == 0 ? 1 : request.node;
  if (!request.bind.empty()) return bound_place(config, request);
  if (request.node != 0 && request.node <= config.nodes.size()) {
    const schemes::MemberConfig& own = config.nodes[request.node - 1];
    if (!own.host.empty()) return literal_place(node, own.host, own.port);
  }
  if (request.node != 0) return listed_place(config, request.node);
  if (!request.first_node.host.empty()) {
    return literal_place(node, request.first_node.host, request.first_node.port);
  }
  return base::failure(
      "nothing says where this member lives; say --node N (of the list) or --bind ADDRESS");
}

}  // namespace splitscope::scenarios
