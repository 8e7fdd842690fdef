// splitscope table: the documentation's comparison of membership schemes, derived from scenarios.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "engine/trace/output_file.hpp"
#include "scenarios/import/source_file.hpp"
#include "scenarios/table/table_text.hpp"
#include "viz/report/scheme_table_page.hpp"

namespace splitscope::cli {
namespace {

constexpr std::uint64_t TableSeedsMax = 10'000;

struct TableArguments {
  std::string seeds = "20";
  std::uint32_t jobs = 0;
  std::string library = SPLITSCOPE_LIBRARY;
  std::string markdown_path;
  std::string html_path;
};

base::Result<scenarios::SchemeTable> derive(const TableArguments& arguments) {
  const auto seeds = parse_seeds(arguments.seeds);
  if (!seeds.has_value()) return std::unexpected(seeds.error());
  if (seeds->count < 1 || seeds->count > TableSeedsMax) {
    return base::failure("--seeds: give 1 to 10000, for example 20");
  }
  ProgressBar bar("runs");
  return scenarios::derive_table(
      scenarios::documented_rows(),
      {.first_seed = seeds->first,
       .seeds = static_cast<std::uint32_t>(seeds->count),
       .jobs = arguments.jobs,
       .load = [&arguments](const std::string& name) -> base::Result<std::string> {
         const auto path = std::filesystem::path(arguments.library) / (name + ".lua");
         auto file = scenarios::read_source_file(path.string());
         if (!file.has_value()) return std::unexpected(file.error());
         return std::move(file->text);
       },
       .progress = [&bar](std::size_t done, std::size_t total) { bar.update(done, total); }});
}

base::Result<void> write_file(std::optional<trace::OutputFile>& file, const std::string& text) {
  if (!file.has_value()) return {};
  file->stream() << text;
  return file->commit();
}

int table(const TableArguments& arguments) {
  std::optional<trace::OutputFile> markdown;
  std::optional<trace::OutputFile> html;
  for (const auto& [path, file] :
       {std::pair(&arguments.markdown_path, &markdown), std::pair(&arguments.html_path, &html)}) {
    if (path->empty()) continue;
    auto opened = trace::OutputFile::create(*path);
    if (!opened.has_value()) return usage_error("table", opened.error().message);
    file->emplace(std::move(*opened));
  }
  const auto derived = derive(arguments);
  if (!derived.has_value()) return usage_error("table", derived.error().message);
  std::fputs(scenarios::table_for_terminal(*derived, terminal_width(), wants_colour()).c_str(),
             stdout);
  for (const auto& written : {write_file(markdown, scenarios::table_markdown(*derived)),
                              write_file(html, viz::scheme_table_page(*derived))}) {
    if (!written.has_value()) return usage_error("table", written.error().message);
  }
  return derived->is_shown() ? 0 : 1;
}

}  // namespace

void add_table(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<TableArguments>();
  CLI::App* command = app.add_subcommand(
      "table", "Derive the documentation's table of membership schemes from scenarios");
  command->add_option("--seeds", arguments->seeds, "How many seeds (20), or which: 17..23");
  command->add_option("--jobs", arguments->jobs, "Threads; 0 = one a core");
  command->add_option("--library", arguments->library, "Where the scenarios are");
  command->add_option("--markdown", arguments->markdown_path, "Write docs/comparison.md");
  command->add_option("--html", arguments->html_path, "Write a page to read");
  command->footer(
      "Examples:\n"
      "  splitscope table\n"
      "  splitscope table --seeds 200 --html table.html\n"
      "  splitscope table --markdown docs/comparison.md\n\n"
      "Exit code 1 where the scenarios no longer show what a cell says.");
  command->callback([arguments, &exit_code] { exit_code = table(*arguments); });
}

}  // namespace splitscope::cli
