#include "scenarios/compare/variants.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/compare/cloud_variants.hpp"
#include "scenarios/compare/member_places.hpp"
#include "scenarios/compare/plan.hpp"

namespace splitscope::scenarios {

namespace {

using schemes::SchemeKind;

class VariantMaker {
 public:
  VariantMaker(const schemes::ClusterConfig& config, const VariantOptions& options)
      : config_(config), options_(options) {
    if (config.scheme == SchemeKind::Wka) listed_ = listed_members(config.wka.members);
    places_ = place_members(listed_, config, options.members, options.spares);
    result_.notes = places_.notes;
  }

  base::Result<Variants> make() {
    const ClusterSpec base = spec_of(config_.wka, config_.scheme);
    auto cloud = derive_cloud_variants(base, options_.is_in_cloud);
    if (!cloud.has_value()) return std::unexpected(cloud.error());
    if (is_cloud_scheme(config_.scheme)) {
      std::ranges::move(cloud->schemes, std::back_inserter(result_.schemes));
      cloud->schemes.clear();
      result_.notes.push_back(fmt::format(
          "The configuration uses {} and has no list: the lists compared with it name the first "
          "member, and the first two.",
          schemes::to_text(config_.scheme)));
    } else if (config_.scheme == SchemeKind::Wka) {
      add("your list", config_.wka, SchemeKind::Wka);
      note_list();
    } else if (config_.scheme == SchemeKind::Multicast) {
      add("multicast", config_.wka, SchemeKind::Multicast);
      result_.notes.push_back(
          "The configuration uses multicast and has no list: the lists compared with it name the "
          "first member, and the first two.");
    } else {
      result_.notes.push_back(fmt::format(
          "The configuration uses {}, which is not simulated: only the other schemes are compared, "
          "with lists that name the first member, and the first two.",
          schemes::to_text(config_.scheme)));
    }
    add_list(1);
    add_list(2);
    if (config_.scheme != SchemeKind::Multicast) add("multicast", {}, SchemeKind::Multicast);
    std::ranges::move(cloud->schemes, std::back_inserter(result_.schemes));
    std::ranges::move(cloud->notes, std::back_inserter(result_.notes));
    return std::move(result_);
  }

 private:
  // How a list names member `index`: as the user does, else by its address.
  std::string entry_of(std::uint32_t index) const {
    const std::string& name = places_.host_names[index];
    const std::string host = name.empty() ? base::to_text(places_.addresses[index]) : name;
    const std::uint16_t port = places_.ports[index];
    return port == 0 ? host : fmt::format("{}:{}", host, port);
  }

  std::vector<std::string> listed_entries() const {
    std::vector<std::string> entries;
    for (const ListedMember& member : listed_) {
      if (is_loopback_host(member.host)) continue;
      entries.push_back(member.port == 0 ? member.host
                                         : fmt::format("{}:{}", member.host, member.port));
    }
    return entries;
  }

  void add_list(std::uint32_t count) {
    if (count > options_.members) return;
    std::vector<std::string> entries;
    for (std::uint32_t index = 0; index < count; ++index) entries.push_back(entry_of(index));
    const std::string name =
        count == 1 ? member_name(0) + " only" : member_name(0) + " and " + member_name(1);
    const bool is_own = config_.scheme == SchemeKind::Wka && entries == listed_entries() &&
                        !config_.wka.required_member.has_value();
    if (is_own) {
      result_.notes.push_back(
          fmt::format("Your list is \"{}\" already; it is compared once.", name));
      return;
    }
    schemes::WkaConfig wka = config_.wka;
    wka.members.clear();
    wka.required_member.reset();
    for (const std::string& entry : entries) wka.members.push_back({entry});
    add(name, wka, SchemeKind::Wka);
  }

  ClusterSpec spec_of(const schemes::WkaConfig& wka, SchemeKind kind) const {
    ClusterSpec spec;
    spec.config = config_;
    spec.config.scheme = kind;
    spec.config.wka = wka;
    spec.members = options_.members;
    spec.spares = options_.spares;
    spec.addresses = places_.addresses;
    spec.host_names = places_.host_names;
    spec.ports = places_.ports;
    return spec;
  }

  void add(const std::string& name, const schemes::WkaConfig& wka, SchemeKind kind) {
    result_.schemes.push_back({.name = name, .cluster = spec_of(wka, kind)});
  }

  void note_list() {
    const std::vector<std::string> entries = listed_entries();
    const auto own_lists = std::ranges::count_if(
        config_.nodes, [](const schemes::MemberConfig& node) { return !node.well_known.empty(); });
    if (own_lists > 0) {
      result_.notes.push_back(
          "The nodes' files have different lists; every member runs with the list that the files "
          "amount to together.");
    }
    if (entries.size() == 1 && options_.members > 1) {
      result_.notes.push_back(fmt::format(
          "Your list has one entry; \"n1 and n2\" adds {}, the second member's address.",
          entry_of(1)));
    }
    if (config_.wka.required_member.has_value()) {
      result_.notes.push_back(
          "required-member holds for your list alone, not for the other lists.");
    }
  }

  const schemes::ClusterConfig& config_;
  VariantOptions options_;
  std::vector<ListedMember> listed_;
  MemberPlaces places_;
  Variants result_;
};

}  // namespace

base::Result<Variants> derive_variants(const schemes::ClusterConfig& config,
                                       const VariantOptions& options) {
  return VariantMaker(config, options).make();
}

}  // namespace splitscope::scenarios
