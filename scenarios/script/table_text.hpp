// A Lua table with named entries, as text. Private to scenarios/script.
#pragma once

#include <string>
#include <string_view>

namespace splitscope::scenarios {

class TableText {
 public:
  // `value` is Lua already.
  void add(std::string_view key, std::string_view value) {
    if (!entries_.empty()) entries_ += ", ";
    entries_ += key;
    entries_ += " = ";
    entries_ += value;
  }
  bool is_empty() const { return entries_.empty(); }
  // "{ a = 1, b = 2 }", "{}"
  std::string text() const { return is_empty() ? "{}" : "{ " + entries_ + " }"; }
  // ", { a = 1 }" behind other arguments; nothing for no entries.
  std::string as_last_argument() const { return is_empty() ? "" : ", " + text(); }

 private:
  std::string entries_;
};

}  // namespace splitscope::scenarios
