// Document::read_xml, over pugixml.
#include <fmt/format.h>
#include <pugixml.hpp>

#include "engine/wire/document.hpp"

namespace splitscope::wire {
namespace {

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

class XmlCopy {
 public:
  // Walks without recursion, so that depth costs no stack. False beyond a limit.
  bool run(const pugi::xml_node& root) {
    pugi::xml_node node = root;
    while (node) {
      if (!enter(node)) return false;
      if (node.type() == pugi::node_element && node.first_child()) {
        node = node.first_child();
        continue;
      }
      leave(node);
      while (node && node != root && !node.next_sibling()) {
        node = node.parent();
        leave(node);
      }
      if (node == root) break;
      node = node.next_sibling();
    }
    return true;
  }
  DocumentBuilder& builder() { return builder_; }

 private:
  bool enter(const pugi::xml_node& node) {
    const bool is_text = node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
    if (is_text && !open_.empty()) builder_.append_text(open_.back(), node.value());
    if (node.type() != pugi::node_element) return true;
    if (open_.size() >= Document::DepthMax) return false;
    const auto parent =
        open_.empty() ? std::optional<std::uint32_t>{} : std::optional<std::uint32_t>{open_.back()};
    const auto added = builder_.add(parent, NodeKind::Element, local_name(node.name()));
    if (!added) return false;
    open_.push_back(*added);
    return true;
  }
  void leave(const pugi::xml_node& node) {
    if (node.type() == pugi::node_element && !open_.empty()) open_.pop_back();
  }

  DocumentBuilder builder_;
  std::vector<std::uint32_t> open_;  // the path to here
};

}  // namespace

base::Result<Document> Document::read_xml(std::string_view text) {
  if (text.size() > SizeMax) return base::failure("the XML is larger than 4 MiB");
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) return base::failure(fmt::format("malformed XML: {}", parsed.description()));
  const pugi::xml_node root = document.document_element();
  if (!root) return base::failure("malformed XML: there is no element");
  XmlCopy copy;
  if (!copy.run(root)) {
    return base::failure(fmt::format("the XML is deeper than {} levels or has over {} elements",
                                     DepthMax, NodesMax));
  }
  return Document(copy.builder().take());
}

}  // namespace splitscope::wire
