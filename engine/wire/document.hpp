// XML and JSON from untrusted bytes, as one tree of named nodes. Hides the two parsers and their
// types. Invariant: a document is finite and shallow (see the limits); a node is never dangling
// while its document lives, and asking for what is not there gives an empty node, never an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace splitscope::wire {

enum class NodeKind : std::uint8_t { Missing, Element, Object, Array, Text, Number, Flag, Null };

class Document;

// A view into a document, which must outlive it. Copy it freely.
class Node {
 public:
  Node() = default;

  bool exists() const { return document_ != nullptr; }
  NodeKind kind() const;
  // An XML element's local name, or a JSON member's key; empty for items of arrays.
  std::string_view name() const;
  // An element's own text, a JSON text, number or flag as it reads ("12", "true"); else empty.
  std::string_view text() const;
  // The first child of that name, or a missing node. Names are compared byte by byte.
  Node child(std::string_view name) const;
  // Children in order: for (Node n = x.first(); n.exists(); n = n.next()).
  Node first() const;
  Node next() const;
  // For walking further down in one line: at("instanceState", "name").
  template <typename... Names>
  Node at(Names... names) const {
    Node node = *this;
    ((node = node.child(names)), ...);
    return node;
  }

 private:
  friend class Document;
  Node(const Document& document, std::uint32_t index) : document_(&document), index_(index) {}
  const Document* document_ = nullptr;
  std::uint32_t index_ = 0;
};

class Document {
 public:
  static constexpr std::size_t SizeMax = 4u << 20;
  static constexpr std::size_t NodesMax = 200'000;
  static constexpr std::size_t DepthMax = 32;

  // Errors are sentences: too large, too deep, too many nodes, malformed. Attributes, comments,
  // processing instructions and document types are dropped; no entity is resolved but the five of
  // XML and character references.
  static base::Result<Document> read_xml(std::string_view text);
  // The text must be one object or array.
  static base::Result<Document> read_json(std::string_view text);

  // The XML root element, or the JSON object or array.
  Node root() const { return {*this, 0}; }

  struct Entry {
    NodeKind kind = NodeKind::Missing;
    std::string name;
    std::string text;
    std::uint32_t first_child = 0;  // 0 = none: the root is nobody's child
    std::uint32_t next = 0;         // 0 = none
  };

 private:
  friend class Node;
  explicit Document(std::vector<Entry> entries) : entries_(std::move(entries)) {}
  std::vector<Entry> entries_;  // the root first; never empty
};

// Builds the entries of a document within its limits. For the two readers.
class DocumentBuilder {
 public:
  // Adds a node below `parent` after its other children; the first is the root. None if the
  // document is full.
  std::optional<std::uint32_t> add(std::optional<std::uint32_t> parent, NodeKind kind,
                                   std::string_view name);
  void append_text(std::uint32_t node, std::string_view text) { entries_[node].text += text; }
  std::vector<Document::Entry> take() { return std::move(entries_); }
  bool is_empty() const { return entries_.empty(); }

 private:
  std::vector<Document::Entry> entries_;
  std::vector<std::uint32_t> last_child_;
};

}  // namespace splitscope::wire
