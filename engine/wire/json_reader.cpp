// Document::read_json, over Boost.JSON.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/wire/document.hpp"

namespace splitscope::wire {
namespace {

namespace json = boost::json;

class JsonCopy {
 public:
  // Recursion is bounded by the parser's depth limit. False when the document is full.
  bool add(std::optional<std::uint32_t> parent, std::string_view name, const json::value& value) {
    const auto node = builder_.add(parent, kind_of(value), name);
    if (!node) return false;
    switch (value.kind()) {
      case json::kind::object:
        for (const auto& member : value.get_object()) {
          const std::string_view key{member.key().data(), member.key().size()};
          if (!add(node, key, member.value())) return false;
        }
        return true;
      case json::kind::array:
        for (const json::value& item : value.get_array()) {
          if (!add(node, {}, item)) return false;
        }
        return true;
      case json::kind::string:
        builder_.append_text(*node, {value.get_string().data(), value.get_string().size()});
        return true;
      case json::kind::null:
        return true;
      default:
        builder_.append_text(*node, json::serialize(value));
        return true;
    }
  }
  DocumentBuilder& builder() { return builder_; }

 private:
  static NodeKind kind_of(const json::value& value) {
    switch (value.kind()) {
      case json::kind::object:
        return NodeKind::Object;
      case json::kind::array:
        return NodeKind::Array;
      case json::kind::string:
        return NodeKind::Text;
      case json::kind::bool_:
        return NodeKind::Flag;
      case json::kind::null:
        return NodeKind::Null;
      default:
        return NodeKind::Number;
    }
  }

  DocumentBuilder builder_;
};

}  // namespace

base::Result<Document> Document::read_json(std::string_view text) {
  if (text.size() > SizeMax) return base::failure("the JSON is larger than 4 MiB");
  json::parse_options options;
  options.max_depth = DepthMax;
  json::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return base::failure(fmt::format("malformed JSON: {}", error.message()));
  if (!value.is_object() && !value.is_array()) {
    return base::failure("malformed JSON: neither an object nor an array");
  }
  JsonCopy copy;
  if (!copy.add(std::nullopt, {}, value)) {
    return base::failure(fmt::format("the JSON has over {} values", NodesMax));
  }
  return Document(copy.builder().take());
}

}  // namespace splitscope::wire
