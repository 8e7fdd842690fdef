#include "scenarios/import/source_file.hpp"

#include <algorithm>
#include <fstream>
#include <optional>

#include <fmt/format.h>

namespace splitscope::scenarios {
namespace {

constexpr std::string_view KindsRead =
    "give a deployment.toml, axis2.xml, hazelcast.xml, hazelcast.yaml or hazelcast.properties";
constexpr std::string_view Blanks = " \t\r\n";

// The length of one UTF-8 sequence by its first byte, 0 if no sequence begins so.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

bool is_valid_sequence(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  for (std::size_t i = 1; i < sequence.size(); ++i) {
    if ((byte(i) & 0xc0) != 0x80) return false;
  }
  if (sequence.size() == 3 && byte(0) == 0xe0) return byte(1) >= 0xa0;
  if (sequence.size() == 3 && byte(0) == 0xed) return byte(1) < 0xa0;  // surrogates
  if (sequence.size() == 4 && byte(0) == 0xf0) return byte(1) >= 0x90;
  if (sequence.size() == 4 && byte(0) == 0xf4) return byte(1) < 0x90;
  return true;
}

// Where the text stops being UTF-8 without control characters.
std::optional<std::size_t> first_foreign_byte(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto first = static_cast<unsigned char>(text[at]);
    const bool control = first < 0x20 && Blanks.find(text[at]) == Blanks.npos && first != '\f';
    const std::size_t length = sequence_length(first);
    if (control || length == 0 || at + length > text.size()) return at;
    if (!is_valid_sequence(text.substr(at, length))) return at;
    at += length;
  }
  return std::nullopt;
}

base::Result<void> check_text(const SourceFile& file) {
  const Place start{file.path, 1};
  if (file.text.size() > MaxFileSize) {
    return std::unexpected(error_at(start, "file",
                                    fmt::format("it is larger than {} MiB", MaxFileSize >> 20),
                                    "give the configuration file itself"));
  }
  if (file.text.find_first_not_of(Blanks) == std::string::npos) {
    return std::unexpected(error_at(start, "file", "it is empty", KindsRead));
  }
  if (const auto at = first_foreign_byte(file.text)) {
    const Place place{file.path, LineIndex(file.text).line_at(*at)};
    return std::unexpected(
        error_at(place, "file", "it is not UTF-8 text", "save it as UTF-8, or give another file"));
  }
  return {};
}

void skip_past(std::string_view& rest, std::string_view mark) {
  const std::size_t at = rest.find(mark);
  rest.remove_prefix(at == rest.npos ? rest.size() : at + mark.size());
}

// The local name of the root element, empty if there is none. Comments and the prologue are
// skipped.
std::string_view xml_root_name(std::string_view rest) {
  while (true) {
    skip_past(rest, "<");
    if (rest.starts_with("!--")) {
      skip_past(rest, "-->");
    } else if (!rest.starts_with("!") && !rest.starts_with("?")) {
      break;
    }
  }
  std::string_view name = rest.substr(0, rest.find_first_of(" \t\r\n/>"));
  const std::size_t colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

base::Result<FileKind> xml_kind(const SourceFile& file) {
  const std::string_view root = xml_root_name(file.text);
  if (root == "axisconfig" || root == "clustering") return FileKind::Axis2Xml;
  if (root == "hazelcast") return FileKind::HazelcastXml;
  return std::unexpected(error_at({file.path, 1}, fmt::format("<{}>", root.substr(0, 60)),
                                  "this root element holds no cluster",
                                  "give an axis2.xml (<axisconfig> or <clustering> alone) or a "
                                  "hazelcast.xml (<hazelcast>)"));
}

// Whether some line begins with this text.
bool has_line(std::string_view text, std::string_view start) {
  std::size_t at = 0;
  while ((at = text.find(start, at)) != text.npos) {
    if (at == 0 || text[at - 1] == '\n') return true;
    ++at;
  }
  return false;
}

base::Result<FileKind> yaml_kind(const SourceFile& file) {
  if (has_line(file.text, "cluster.config:")) {
    return std::unexpected(error_at({file.path, 1}, "cluster.config",
                                    "this cluster coordinates through a database, which is no "
                                    "membership scheme that is simulated",
                                    KindsRead));
  }
  return FileKind::HazelcastYaml;
}

}  // namespace

std::string_view to_text(FileKind kind) {
  switch (kind) {
    case FileKind::DeploymentToml:
      return "deployment.toml";
    case FileKind::Axis2Xml:
      return "axis2.xml";
    case FileKind::HazelcastXml:
      return "hazelcast.xml";
    case FileKind::HazelcastYaml:
      return "hazelcast.yaml";
    case FileKind::HazelcastProperties:
      return "hazelcast.properties";
  }
  return "unknown";
}

base::Result<SourceFile> read_source_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text(MaxFileSize + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad()) {
    return std::unexpected(
        error_at({path, 1}, "file", "it cannot be read", "check the path and its permissions"));
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return SourceFile{path, std::move(text)};
}

base::Result<FileKind> detect_kind(const SourceFile& file) {
  if (auto text = check_text(file); !text) return std::unexpected(text.error());
  const std::string_view path = file.path;
  const std::size_t first = file.text.find_first_not_of("\xef\xbb\xbf \t\r\n");
  const bool is_xml = first != std::string::npos && file.text[first] == '<';
  if (path.ends_with(".toml")) return FileKind::DeploymentToml;
  if (path.ends_with(".properties")) return FileKind::HazelcastProperties;
  if (path.ends_with(".yaml") || path.ends_with(".yml")) return yaml_kind(file);
  if (path.ends_with(".xml") || is_xml) return xml_kind(file);
  if (has_line(file.text, "hazelcast:")) return FileKind::HazelcastYaml;
  if (has_line(file.text, "[clustering")) return FileKind::DeploymentToml;
  return std::unexpected(
      error_at({file.path, 1}, "file", "its kind is not known by name or content", KindsRead));
}

std::string to_text(const Place& place) {
  return fmt::format("{}:{}", place.file, place.line);
}

base::Error error_at(const Place& place, std::string_view key, std::string_view wrong,
                     std::string_view mend) {
  const std::uint32_t line = std::max(place.line, 1U);
  return {fmt::format("{}:{}: {}: {}; {}", place.file, line, key, wrong, mend)};
}

LineIndex::LineIndex(std::string_view text) : line_starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

std::uint32_t LineIndex::line_at(std::size_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  return static_cast<std::uint32_t>(after - line_starts_.begin());
}

}  // namespace splitscope::scenarios
