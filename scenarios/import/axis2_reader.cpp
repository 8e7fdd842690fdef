// axis2.xml: the <clustering> element, alone or within <axisconfig>, as ClusterBuilder of Axis2 and
// the Hazelcast agent of carbon-kernel read it.
#include <utility>

#include <fmt/format.h>

#include "scenarios/import/node_file.hpp"
#include "scenarios/import/setting_writer.hpp"
#include "scenarios/import/xml_document.hpp"

namespace splitscope::scenarios {
namespace {

class Axis2Reader {
 public:
  Axis2Reader(const SourceFile& file, const Placeholders& values, const XmlDocument& document)
      : document_(document), writer_(file, values, node_) {
    node_.path = file.path;
    node_.kind = FileKind::Axis2Xml;
    node_.section = {file.path, 1};
  }

  base::Result<NodeFile> read() {
    auto clustering = find_clustering();
    if (!clustering) return std::unexpected(clustering.error());
    if (*clustering) read_clustering(*clustering);
    if (auto done = writer_.check(); !done) return std::unexpected(done.error());
    return std::move(node_);
  }

 private:
  // An empty node where a whole axis2.xml has no such element.
  base::Result<pugi::xml_node> find_clustering() const {
    const pugi::xml_node root = document_.root();
    if (local_name(root) == "clustering") return root;
    if (local_name(root) != "axisconfig") {
      return std::unexpected(error_at(writer_.place(document_.line_of(root)),
                                      fmt::format("<{}>", local_name(root).substr(0, 60)),
                                      "this root element holds no cluster",
                                      "give <axisconfig> or <clustering> alone"));
    }
    pugi::xml_node found;
    for (const pugi::xml_node child : root.children()) {
      if (local_name(child) != "clustering") continue;
      if (found) {
        return std::unexpected(error_at(writer_.place(document_.line_of(child)), "<clustering>",
                                        "it is there twice", "keep one of the two"));
      }
      found = child;
    }
    return found;
  }

  void read_clustering(const pugi::xml_node& clustering) {
    const std::uint32_t line = document_.line_of(clustering);
    node_.has_section = true;
    node_.section = writer_.place(line);
    for (const char* name : {"class", "enable"}) {
      const pugi::xml_attribute attribute = clustering.attribute(name);
      if (attribute) {
        writer_.add({name, fmt::format("clustering@{}", name), attribute.value(), line});
      }
    }
    for (const pugi::xml_node child : clustering.children()) {
      const std::string_view name = local_name(child);
      if (name == "parameter") read_parameter(child);
      if (name == "members") read_members(child);
      if (name == "groupManagement") read_group_management(child);
    }
  }

  void read_parameter(const pugi::xml_node& parameter) {
    const std::string name = parameter.attribute("name").value();
    const bool has_children = parameter.find_child(
        [](const pugi::xml_node& child) { return child.type() == pugi::node_element; });
    const std::uint32_t line = document_.line_of(parameter);
    if (name.empty()) {
      writer_.add_unknown("parameter without a name", line);
    } else if (!has_children) {
      writer_.add({name, name, parameter.text().get(), line});
    }
  }

  void read_members(const pugi::xml_node& members) {
    std::size_t index = 0;
    for (const pugi::xml_node member : members.children()) {
      if (local_name(member) != "member") continue;
      std::string text{trimmed(member.child("hostName").text().get())};
      const std::string_view port = trimmed(member.child("port").text().get());
      if (!port.empty()) text += fmt::format(":{}", port);
      writer_.add(
          {"member", fmt::format("members/member[{}]", ++index), text, document_.line_of(member)});
    }
    if (index == 0) {
      node_.settings.add(
          {"members.empty", "members", "true", writer_.place(document_.line_of(members))});
    }
  }

  void read_group_management(const pugi::xml_node& group) {
    writer_.add({"groupManagement", "groupManagement@enable", group.attribute("enable").value(),
                 document_.line_of(group)});
    for (const pugi::xml_node domain : group.children()) {
      if (local_name(domain) != "applicationDomain") continue;
      const pugi::xml_attribute port = domain.attribute("port");
      if (port) {
        writer_.add({"applicationDomain.port", "applicationDomain@port", port.value(),
                     document_.line_of(domain)});
      }
    }
  }

  const XmlDocument& document_;
  NodeFile node_;
  SettingWriter writer_;
};

}  // namespace

base::Result<NodeFile> read_axis2_xml(const SourceFile& file, const Placeholders& values) {
  const auto document = XmlDocument::parse(file);
  if (!document) return std::unexpected(document.error());
  return Axis2Reader(file, values, *document).read();
}

}  // namespace splitscope::scenarios
