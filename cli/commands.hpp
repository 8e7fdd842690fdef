// The commands of the program. Each adds itself to the parser; its exit code comes out in
// `exit_code`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/import/placeholders.hpp"

namespace CLI {
class App;
}

namespace splitscope::cli {

void add_run(CLI::App& app, int& exit_code);

void add_cloud(CLI::App& app, int& exit_code);
void add_compare(CLI::App& app, int& exit_code);
void add_fidelity(CLI::App& app, int& exit_code);
void add_lab(CLI::App& app, int& exit_code);
void add_lint(CLI::App& app, int& exit_code);
void add_table(CLI::App& app, int& exit_code);
void add_trace(CLI::App& app, int& exit_code);
void add_node(CLI::App& app, int& exit_code);
void add_import_log(CLI::App& app, int& exit_code);
void add_replay(CLI::App& app, int& exit_code);
void add_plot(CLI::App& app, int& exit_code);
void add_why(CLI::App& app, int& exit_code);

// "k=v" texts of --set; the error names the text that is none.
base::Result<std::map<std::string, std::string>> parse_settings(
    const std::vector<std::string>& texts);

struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t count = 0;
};
// "200" (the first two hundred) or "17..23"; the error names the text that is neither.
base::Result<SeedRange> parse_seeds(const std::string& text);

// Placeholders get what was set, else the environment variable of that name.
scenarios::Placeholders placeholders_from(const std::map<std::string, std::string>& settings);

}  // namespace splitscope::cli
