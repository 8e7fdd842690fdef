// Text files of a user, before anything is read from them: which kind each is, and where in it a
// thing stands. Hides: sizes, encodings, and how the kinds are told apart by name and content.
// Errors are "file:line: key: what is wrong; what to write instead".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace splitscope::scenarios {

inline constexpr std::size_t MaxFileSize = std::size_t{4} << 20;

struct SourceFile {
  std::string path;  // as the user named it; it is shown in errors and findings
  std::string text;
};

enum class FileKind : std::uint8_t {
  DeploymentToml,
  Axis2Xml,
  HazelcastXml,
  HazelcastYaml,
  HazelcastProperties,
};
// "deployment.toml", "axis2.xml", ...
std::string_view to_text(FileKind kind);

// Reads at most MaxFileSize bytes; a file that is larger, missing or a folder is an error.
base::Result<SourceFile> read_source_file(const std::string& path);

// Refuses what is no text at all (empty, binary, not UTF-8, too large), then decides by the name's
// ending and by what the text begins with. A file of another kind is an error that says which kinds
// are read.
base::Result<FileKind> detect_kind(const SourceFile& file);

// One line of a file. Line 0 means that no line says it: it is a default.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  friend bool operator==(const Place&, const Place&) = default;
};
// "deployment.toml:12"
std::string to_text(const Place& place);

// The error of a key at a place, with what is wrong and the mend.
base::Error error_at(const Place& place, std::string_view key, std::string_view wrong,
                     std::string_view mend);

// Byte offsets to lines.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);
  // 1-based; an offset beyond the end is on the last line.
  std::uint32_t line_at(std::size_t offset) const;

 private:
  std::vector<std::size_t> line_starts_;
};

}  // namespace splitscope::scenarios
