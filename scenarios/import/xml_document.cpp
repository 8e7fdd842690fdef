#include "scenarios/import/xml_document.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace splitscope::scenarios {
namespace {

constexpr int XmlDepthMax = 64;
constexpr std::size_t XmlNodesMax = 100'000;

// Counts without recursion, and stops at the first limit.
class Measure final : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node&) override {
    ++nodes_;
    is_too_large_ = nodes_ > XmlNodesMax || depth() > XmlDepthMax;
    return !is_too_large_;
  }
  bool is_too_large() const { return is_too_large_; }

 private:
  std::size_t nodes_ = 0;
  bool is_too_large_ = false;
};

}  // namespace

XmlDocument::XmlDocument(std::unique_ptr<pugi::xml_document> document, LineIndex lines)
    : document_(std::move(document)), lines_(std::move(lines)) {}

base::Result<XmlDocument> XmlDocument::parse(const SourceFile& file) {
  auto document = std::make_unique<pugi::xml_document>();
  LineIndex lines(file.text);
  const pugi::xml_parse_result parsed = document->load_buffer(
      file.text.data(), file.text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0));
    return std::unexpected(error_at({file.path, lines.line_at(offset)}, "XML", parsed.description(),
                                    "mend the markup; the product does not read it either"));
  }
  Measure measure;
  document->traverse(measure);
  if (measure.is_too_large()) {
    return std::unexpected(
        error_at({file.path, 1}, "XML",
                 fmt::format("it is nested beyond {} levels or holds over {} nodes", XmlDepthMax,
                             XmlNodesMax),
                 "give the configuration of one node"));
  }
  return XmlDocument(std::move(document), std::move(lines));
}

std::uint32_t XmlDocument::line_of(const pugi::xml_node& node) const {
  const std::ptrdiff_t offset = node.offset_debug();
  return offset < 0 ? 1 : lines_.line_at(static_cast<std::size_t>(offset));
}

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

}  // namespace splitscope::scenarios
