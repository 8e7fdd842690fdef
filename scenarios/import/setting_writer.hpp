// What every reader does with a value it found: placeholders, secrets, limits. For the readers
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/import/node_file.hpp"

namespace splitscope::scenarios {

class SettingWriter {
 public:
  // All references must outlive the writer.
  SettingWriter(const SourceFile& file, const Placeholders& values, NodeFile& node)
      : file_(file), values_(values), node_(node) {}

  // How $ref{...} is answered; none by default.
  void set_references(Placeholders::Lookup references) { references_ = std::move(references); }

  struct Found {
    std::string name;
    std::string key;
    std::string_view text;
    std::uint32_t line = 0;
    bool is_inferred = false;
  };
  void add(Found found) { keep(node_.settings, std::move(found)); }
  void add_property(Found found) { keep(node_.properties, std::move(found)); }
  // The key alone; its value is never kept.
  void add_unknown(std::string key, std::uint32_t line);

  Place place(std::uint32_t line) const { return {file_.path, line}; }
  // The error of too many settings, once the lists are full.
  base::Result<void> check() const;

 private:
  void keep(SettingList& list, Found found);

  const SourceFile& file_;
  const Placeholders& values_;
  NodeFile& node_;
  Placeholders::Lookup references_;
  bool overflowed_ = false;
};

// Text without the blanks around it.
std::string_view trimmed(std::string_view text);
std::string lower_case(std::string_view text);

}  // namespace splitscope::scenarios
