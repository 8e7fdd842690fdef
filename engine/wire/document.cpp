#include "engine/wire/document.hpp"

namespace splitscope::wire {

NodeKind Node::kind() const {
  return exists() ? document_->entries_[index_].kind : NodeKind::Missing;
}

std::string_view Node::name() const {
  return exists() ? std::string_view{document_->entries_[index_].name} : std::string_view{};
}

std::string_view Node::text() const {
  return exists() ? std::string_view{document_->entries_[index_].text} : std::string_view{};
}

Node Node::first() const {
  if (!exists()) return {};
  const std::uint32_t child = document_->entries_[index_].first_child;
  return child == 0 ? Node{} : Node{*document_, child};
}

Node Node::next() const {
  if (!exists()) return {};
  const std::uint32_t sibling = document_->entries_[index_].next;
  return sibling == 0 ? Node{} : Node{*document_, sibling};
}

Node Node::child(std::string_view name) const {
  for (Node node = first(); node.exists(); node = node.next()) {
    if (node.name() == name) return node;
  }
  return {};
}

std::optional<std::uint32_t> DocumentBuilder::add(std::optional<std::uint32_t> parent,
                                                  NodeKind kind, std::string_view name) {
  if (entries_.size() >= Document::NodesMax) return std::nullopt;
  const auto index = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({kind, std::string(name), {}, 0, 0});
  last_child_.push_back(0);
  if (!parent) return index;
  if (last_child_[*parent] == 0) {
    entries_[*parent].first_child = index;
  } else {
    entries_[last_child_[*parent]].next = index;
  }
  last_child_[*parent] = index;
  return index;
}

}  // namespace splitscope::wire
