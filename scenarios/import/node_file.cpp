#include "scenarios/import/node_file.hpp"

#include <utility>

namespace splitscope::scenarios {

bool SettingList::add(Setting setting) {
  if (items_.size() >= MaxSettings) return false;
  by_name_[setting.name].push_back(items_.size());
  items_.push_back(std::move(setting));
  return true;
}

const Setting* SettingList::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &items_[found->second.back()];
}

std::string_view SettingList::text(std::string_view name) const {
  const Setting* setting = find(name);
  return setting == nullptr ? std::string_view{} : std::string_view{setting->value};
}

std::vector<const Setting*> SettingList::all(std::string_view name) const {
  std::vector<const Setting*> result;
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return result;
  for (const std::size_t index : found->second) result.push_back(&items_[index]);
  return result;
}

}  // namespace splitscope::scenarios
