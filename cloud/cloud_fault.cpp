#include "cloud/cloud_fault.hpp"

#include <algorithm>

namespace splitscope::cloud {

std::optional<FaultNumber> CloudFaults::add(CloudFault fault) {
  if (faults_.size() >= FaultsMax) return std::nullopt;
  std::sort(fault.callers.begin(), fault.callers.end());
  faults_.push_back({std::move(fault), true, 0, 0});
  return static_cast<FaultNumber>(faults_.size() - 1);
}

void CloudFaults::remove(FaultNumber number) {
  faults_[number].in_force = false;
}

bool CloudFaults::concerns(const Entry& entry, CloudFaultKind kind, std::string_view action,
                           base::Ipv4 caller) {
  const CloudFault& fault = entry.fault;
  const bool is_caller = fault.callers.empty() ||
                         std::binary_search(fault.callers.begin(), fault.callers.end(), caller);
  const bool is_left = fault.first == 0 || entry.struck < fault.first;
  return entry.in_force && fault.kind == kind && is_caller && is_left &&
         (fault.action.empty() || fault.action == action);
}

const CloudFault* CloudFaults::strike(CloudFaultKind kind, std::string_view action,
                                      base::Ipv4 caller) {
  for (Entry& entry : faults_) {
    if (!concerns(entry, kind, action, caller)) continue;
    ++entry.struck;
    if (!random_.chance(entry.fault.rate)) continue;
    ++entry.touched;
    return &entry.fault;
  }
  return nullptr;
}

std::optional<FaultNumber> CloudFaults::find(CloudFaultKind kind, std::string_view action,
                                             base::Ipv4 caller) const {
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    if (concerns(faults_[i], kind, action, caller)) return static_cast<FaultNumber>(i);
  }
  return std::nullopt;
}

}  // namespace splitscope::cloud
