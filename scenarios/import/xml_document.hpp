// A bounded XML document whose elements know their lines. For the readers of this folder only;
// pugixml stays private to them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "scenarios/import/source_file.hpp"

namespace splitscope::scenarios {

class XmlDocument {
 public:
  // Refuses malformed XML and documents beyond 64 levels or 100,000 nodes.
  static base::Result<XmlDocument> parse(const SourceFile& file);

  // The root element. Nodes live as long as the document.
  pugi::xml_node root() const { return document_->document_element(); }
  std::uint32_t line_of(const pugi::xml_node& node) const;

 private:
  XmlDocument(std::unique_ptr<pugi::xml_document> document, LineIndex lines);

  std::unique_ptr<pugi::xml_document> document_;
  LineIndex lines_;
};

// The name without a namespace prefix.
std::string_view local_name(const pugi::xml_node& node);

}  // namespace splitscope::scenarios
