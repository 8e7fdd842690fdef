// Validates JSON against the part of JSON Schema that our schemas use: type, const, enum, required,
// properties, additionalProperties (false or a schema), items, minItems, minimum, pattern of
// hexadecimal digests, anyOf, $ref within the document. A schema with any other keyword is an
// error, so that nothing is taken for checked that is not.
#pragma once

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include <boost/json.hpp>

namespace splitscope::tests {

class SchemaValidator {
 public:
  explicit SchemaValidator(const boost::json::value& schema) : schema_(schema) {}

  // What is wrong, "/plan/seeds: is no integer"; empty if the document is valid.
  std::vector<std::string> errors(const boost::json::value& document) {
    errors_.clear();
    check(document, schema_.as_object(), "");
    return errors_;
  }

 private:
  using Value = boost::json::value;
  using Object = boost::json::object;

  void fail(const std::string& path, const std::string& what) {
    errors_.push_back(path + ": " + what);
  }

  static bool is_type(const Value& value, std::string_view type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_bool();
    return type == "null" && value.is_null();
  }

  bool has_type(const Value& value, const Value& types) {
    if (types.is_string()) return is_type(value, types.as_string());
    const auto& list = types.as_array();
    return std::any_of(list.begin(), list.end(),
                       [&](const Value& type) { return is_type(value, type.as_string()); });
  }

  const Object& resolve(std::string_view reference) {
    boost::system::error_code error;
    const Value* found = schema_.find_pointer(reference.substr(1), error);
    static const Object Nothing{{"unresolved", true}};
    return found != nullptr && found->is_object() ? found->as_object() : Nothing;
  }

  void check(const Value& value, const Object& schema, const std::string& path) {
    for (const auto& [keyword, rule] : schema) check_keyword(value, schema, keyword, rule, path);
  }

  void check_keyword(const Value& value, const Object& schema, std::string_view keyword,
                     const Value& rule, const std::string& path) {
    if (keyword == "$schema" || keyword == "title" || keyword == "description" ||
        keyword == "$defs" || keyword == "properties") {
      if (keyword == "properties") check_properties(value, rule.as_object(), path);
    } else if (keyword == "type") {
      if (!has_type(value, rule)) fail(path, "is no " + boost::json::serialize(rule));
    } else if (keyword == "const") {
      if (value != rule) fail(path, "is not " + boost::json::serialize(rule));
    } else if (keyword == "enum") {
      const auto& list = rule.as_array();
      if (std::find(list.begin(), list.end(), value) == list.end())
        fail(path, "is none of the list");
    } else if (keyword == "required") {
      for (const Value& key : rule.as_array()) {
        const bool has = value.is_object() && value.as_object().contains(key.as_string());
        if (!has) fail(path, "lacks " + std::string(key.as_string()));
      }
    } else if (keyword == "additionalProperties") {
      check_additional(value, schema, rule, path);
    } else if (keyword == "items") {
      if (!value.is_array()) return;
      std::size_t index = 0;
      for (const Value& item : value.as_array()) {
        check(item, rule.as_object(), path + "/" + std::to_string(index++));
      }
    } else {
      check_bounds(value, keyword, rule, path);
    }
  }

  void check_bounds(const Value& value, std::string_view keyword, const Value& rule,
                    const std::string& path) {
    if (keyword == "minItems") {
      const bool enough =
          value.is_array() && value.as_array().size() >= rule.to_number<std::uint64_t>();
      if (!enough) fail(path, "has too few items");
    } else if (keyword == "minimum") {
      if (value.is_number() && value.to_number<double>() < rule.to_number<double>()) {
        fail(path, "is too small");
      }
    } else if (keyword == "pattern") {
      const std::regex pattern(std::string(rule.as_string()));
      const bool matches =
          value.is_string() && std::regex_search(std::string(value.as_string()), pattern);
      if (!matches) fail(path, "does not match");
    } else if (keyword == "anyOf") {
      check_any(value, rule.as_array(), path);
    } else if (keyword == "$ref") {
      check(value, resolve(rule.as_string()), path);
    } else {
      fail(path, "keyword " + std::string(keyword) + " is not understood");
    }
  }

  void check_properties(const Value& value, const Object& properties, const std::string& path) {
    if (!value.is_object()) return;
    for (const auto& [key, rule] : properties) {
      const Value* found = value.as_object().if_contains(key);
      if (found != nullptr) check(*found, rule.as_object(), path + "/" + std::string(key));
    }
  }

  // Keys that `properties` does not name: forbidden, or by a schema of their own.
  void check_additional(const Value& value, const Object& schema, const Value& rule,
                        const std::string& path) {
    if (!value.is_object()) return;
    const Value* properties = schema.if_contains("properties");
    for (const auto& member : value.as_object()) {
      if (properties != nullptr && properties->as_object().contains(member.key())) continue;
      if (rule.is_object()) {
        check(member.value(), rule.as_object(), path + "/" + std::string(member.key()));
      } else {
        fail(path, "has an unknown key " + std::string(member.key()));
      }
    }
  }

  void check_any(const Value& value, const boost::json::array& choices, const std::string& path) {
    const std::vector<std::string> before = errors_;
    for (const Value& choice : choices) {
      errors_ = before;
      check(value, choice.as_object(), path);
      if (errors_.size() == before.size()) return;
    }
    errors_ = before;
    fail(path, "matches none of the choices");
  }

  const Value& schema_;
  std::vector<std::string> errors_;
};

}  // namespace splitscope::tests
