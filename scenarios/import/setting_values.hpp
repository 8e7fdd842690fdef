// Settings as typed values, with errors that name their place. For the builders only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"
#include "scenarios/import/node_file.hpp"

namespace splitscope::scenarios {

class SettingValues {
 public:
  explicit SettingValues(const NodeFile& file) : file_(file) {}

  // Each is nothing where the file does not say it (an empty text counts as not said), and an error
  // where it is said but unusable.
  base::Result<std::optional<std::string>> text(std::string_view name) const;
  struct Range {
    std::uint32_t min = 0;
    std::uint32_t max = 0;
  };
  base::Result<std::optional<std::uint32_t>> number(std::string_view name, Range range) const;
  base::Result<std::optional<bool>> flag(std::string_view name) const;

  // The same into a target that keeps its value where the file says nothing.
  base::Result<void> read(std::string_view name, std::string& target) const;
  base::Result<void> read(std::string_view name, bool& target) const;
  base::Result<void> read_port(std::string_view name, std::uint16_t& target) const;
  base::Result<void> read_seconds(std::string_view name, base::Duration& target) const;
  base::Result<void> read_ttl(std::string_view name, std::uint8_t& target) const;
  // Only multicast addresses.
  base::Result<void> read_group(std::string_view name, base::Ipv4& target) const;

 private:
  const NodeFile& file_;
};

// The first error of several steps.
base::Result<void> all_of(std::initializer_list<base::Result<void>> steps);

// The error of one setting.
base::Error error_of(const Setting& setting, std::string_view wrong, std::string_view mend);
// ... from a sentence of "what is wrong; the mend", or of what is wrong alone.
struct Sentence {
  std::string_view text;
  std::string_view default_mend;
};
base::Error error_of(const Setting& setting, const Sentence& sentence);
// ... whose placeholder could not be resolved.
base::Error problem_of(const Setting& setting);
// ... that names no member or host.
base::Error member_error(const Setting& setting, const base::Error& error);

}  // namespace splitscope::scenarios
