// hazelcast.xml of the 3.x and 5.x schemas.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/import/hazelcast_names.hpp"
#include "scenarios/import/node_file.hpp"
#include "scenarios/import/setting_writer.hpp"
#include "scenarios/import/xml_document.hpp"

namespace splitscope::scenarios {
namespace {

class HazelcastXmlReader {
 public:
  HazelcastXmlReader(const SourceFile& file, const Placeholders& values,
                     const XmlDocument& document)
      : document_(document), writer_(file, values, node_) {
    node_.path = file.path;
    node_.kind = FileKind::HazelcastXml;
  }

  base::Result<NodeFile> read() {
    const pugi::xml_node root = document_.root();
    if (local_name(root) != "hazelcast") {
      return std::unexpected(error_at(writer_.place(document_.line_of(root)),
                                      fmt::format("<{}>", local_name(root).substr(0, 60)),
                                      "this root element is no member's configuration",
                                      "give a file with the root <hazelcast>"));
    }
    node_.has_section = true;
    node_.section = writer_.place(document_.line_of(root));
    read_schema_version(root);
    for (const pugi::xml_node child : root.children()) read_element(child, "");
    if (auto done = writer_.check(); !done) return std::unexpected(done.error());
    return std::move(node_);
  }

 private:
  // From the schema's file name: ".../hazelcast-config-5.3.xsd".
  void read_schema_version(const pugi::xml_node& root) {
    constexpr std::string_view Mark = "hazelcast-config-";
    for (const pugi::xml_attribute attribute : root.attributes()) {
      const std::string_view value = attribute.value();
      const std::size_t at = value.find(Mark);
      if (at == value.npos) continue;
      std::string_view version = value.substr(at + Mark.size());
      version = version.substr(0, version.find(".xsd"));
      writer_.add({"schema-version", "xsi:schemaLocation", version, node_.section.line});
    }
  }

  // The depth is bounded by the document.
  void read_element(const pugi::xml_node& element, const std::string& parent) {
    if (element.type() != pugi::node_element) return;
    std::string path = parent;
    if (!path.empty()) path += '.';
    const std::string_view name = local_name(element);
    const pugi::xml_attribute property_name = element.attribute("name");
    const bool is_property = name == "property" && property_name;
    path += is_property ? std::string_view{property_name.value()} : name;
    if (!is_hazelcast_path_read(path)) return;
    const std::uint32_t line = document_.line_of(element);
    for (const pugi::xml_attribute attribute : element.attributes()) {
      if (is_property) break;
      const std::string below = fmt::format("{}.{}", path, attribute.name());
      if (is_hazelcast_path_read(below)) {
        add_hazelcast_setting(writer_, below, attribute.value(), line);
      }
    }
    bool is_leaf = true;
    for (const pugi::xml_node child : element.children()) {
      if (child.type() != pugi::node_element) continue;
      is_leaf = false;
      read_element(child, path);
    }
    const std::string_view text = trimmed(element.text().get());
    if (is_leaf && (!text.empty() || is_property)) {
      add_hazelcast_setting(writer_, path, text, line);
    }
  }

  const XmlDocument& document_;
  NodeFile node_;
  SettingWriter writer_;
};

}  // namespace

base::Result<NodeFile> read_hazelcast_xml(const SourceFile& file, const Placeholders& values) {
  const auto document = XmlDocument::parse(file);
  if (!document) return std::unexpected(document.error());
  return HazelcastXmlReader(file, values, *document).read();
}

}  // namespace splitscope::scenarios
