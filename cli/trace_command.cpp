// splitscope trace: what a trace file holds, as text or for Perfetto.
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/usage_error.hpp"
#include "engine/trace/event_text.hpp"
#include "engine/trace/output_file.hpp"
#include "engine/trace/perfetto.hpp"
#include "engine/trace/trace_reader.hpp"
#include "scenarios/kit/fact_words.hpp"

namespace splitscope::cli {
namespace {

struct TraceArguments {
  std::string file;
  std::string perfetto_path;
};

int export_to_perfetto(trace::TraceReader& reader, const std::string& path) {
  const scenarios::FactWords words;
  auto file = trace::OutputFile::create(path);
  if (!file.has_value()) return usage_error("trace", file.error().message);
  const auto written = trace::export_perfetto(reader, file->stream(), &words);
  if (!written.has_value()) return usage_error("trace", written.error().message);
  if (const auto saved = file->commit(); !saved.has_value())
    return usage_error("trace", saved.error().message);
  std::printf("%s: open it at ui.perfetto.dev or in chrome://tracing\n", path.c_str());
  return 0;
}

int show(const TraceArguments& arguments) {
  auto reader = trace::TraceReader::open(arguments.file);
  if (!reader.has_value()) return usage_error("trace", reader.error().message);
  if (!arguments.perfetto_path.empty()) return export_to_perfetto(*reader, arguments.perfetto_path);
  const scenarios::FactWords words;
  for (;;) {
    const auto fact = reader->next();
    if (!fact.has_value()) return usage_error("trace", fact.error().message);
    if (!fact->has_value()) return 0;
    std::printf("%s\n", trace::to_line(**fact, &words).c_str());
  }
}

}  // namespace

void add_trace(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<TraceArguments>();
  CLI::App* command = app.add_subcommand("trace", "Read a trace file");
  command->add_option("file", arguments->file, "Written by splitscope run --trace")->required();
  command->add_option("--perfetto", arguments->perfetto_path, "Write Chrome JSON for Perfetto");
  command->footer(
      "Examples:\n  splitscope trace run.trace\n"
      "  splitscope trace run.trace --perfetto run.json");
  command->callback([arguments, &exit_code] { exit_code = show(*arguments); });
}

}  // namespace splitscope::cli
