// splitscope plot: a recorded run as a picture.
#include <algorithm>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/open_run.hpp"
#include "cli/usage_error.hpp"
#include "engine/base/duration_text.hpp"
#include "engine/trace/output_file.hpp"
#include "viz/canvas/cairo_picture.hpp"
#include "viz/canvas/svg_canvas.hpp"
#include "viz/report/run_picture.hpp"

namespace splitscope::cli {
namespace {

constexpr double PlotMargin = 12;
constexpr std::size_t MatrixMembersMax = 200;

struct PlotArguments {
  std::string trace_path;
  std::string what = "timeline";
  std::string window;
  std::string output = "run.svg";
  double width = 960;
  bool is_dark = false;
};

// "40s..90s", either end left out for that of the run.
base::Result<viz::Window> parse_window(const std::string& text, const viz::RunModel& model) {
  viz::Window window{base::RunStart, model.end};
  if (text.empty()) return window;
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    return base::failure(fmt::format("--window {}: write it as 40s..90s, 40s.. or ..90s", text));
  }
  const auto read = [&text](std::string part, base::Instant& end) -> base::Result<void> {
    if (part.empty()) return {};
    const auto duration = base::parse_duration(part);
    if (!duration)
      return base::failure(fmt::format("--window {}: {}", text, duration.error().message));
    end = base::RunStart + *duration;
    return {};
  };
  if (auto begin = read(text.substr(0, dots), window.begin); !begin) {
    return std::unexpected(begin.error());
  }
  if (auto end = read(text.substr(dots + 2), window.end); !end) return std::unexpected(end.error());
  if (window.end <= window.begin) {
    return base::failure(
        fmt::format("--window {}: it ends at {}, not after its beginning; the run "
                    "lasts {}",
                    text, base::to_text(window.end), base::to_text(model.end)));
  }
  return window;
}

base::Result<std::string> draw_svg(viz::Size size, const viz::Drawing& draw) {
  viz::SvgCanvas canvas(size, {.title = "a run of Splitscope"});
  draw(canvas);
  return canvas.finish();
}

base::Result<std::string> draw_file(const PlotArguments& arguments, const viz::RunModel& model,
                                    viz::RunPicture what, const viz::Window& window) {
  const double inner = arguments.width - 2 * PlotMargin;
  const double height = viz::run_picture_height(model, what, window, inner);
  const viz::Size size{arguments.width, height + 2 * PlotMargin};
  const viz::Drawing draw = [&](viz::Canvas& canvas) {
    viz::draw_run_picture(canvas, {PlotMargin, PlotMargin, inner, height}, model, what, window);
  };
  const viz::PictureOptions options{arguments.is_dark ? viz::Theme::Dark : viz::Theme::Light};
  const std::string& path = arguments.output;
  if (path.ends_with(".svg")) return draw_svg(size, draw);
  if (path.ends_with(".png")) return viz::png_picture(size, options, draw);
  if (path.ends_with(".pdf")) return viz::pdf_picture(size, options, draw);
  return base::failure(path + ": pictures end in .svg, .png or .pdf");
}

base::Result<viz::RunPicture> picture_of(const std::string& word, const viz::RunModel& model) {
  const auto picture = viz::run_picture(word);
  if (!picture) {
    return base::failure(
        fmt::format("--what {}: there are timeline, availability and matrix", word));
  }
  if (*picture == viz::RunPicture::Matrix && model.members.size() > MatrixMembersMax) {
    return base::failure(fmt::format("--what matrix: {} members are more than the {} it shows",
                                     model.members.size(), MatrixMembersMax));
  }
  if (*picture == viz::RunPicture::Availability && model.availability.empty()) {
    return base::failure(
        "--what availability: not recorded in this trace; record the run anew with "
        "splitscope run --trace");
  }
  return *picture;
}

base::Result<void> save(const std::string& path, const std::string& bytes) {
  auto file = trace::OutputFile::create(path);
  if (!file) return std::unexpected(file.error());
  file->stream() << bytes;
  return file->commit();
}

base::Result<void> plot(const PlotArguments& arguments) {
  const auto model = open_run("plot", arguments.trace_path);
  if (!model) return std::unexpected(model.error());
  const auto what = picture_of(arguments.what, *model);
  if (!what) return std::unexpected(what.error());
  const auto window = parse_window(arguments.window, *model);
  if (!window) return std::unexpected(window.error());
  const auto bytes = draw_file(arguments, *model, *what, *window);
  if (!bytes) return std::unexpected(bytes.error());
  return save(arguments.output, *bytes);
}

int run_plot(const PlotArguments& arguments) {
  const auto drawn = plot(arguments);
  if (!drawn) return usage_error("plot", drawn.error().message);
  std::printf("%s\n", arguments.output.c_str());
  return 0;
}

}  // namespace

void add_plot(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<PlotArguments>();
  CLI::App* command = app.add_subcommand("plot", "Draw a recorded run as a picture");
  command->add_option("trace", arguments->trace_path, "Written by splitscope run --trace")
      ->required();
  command
      ->add_option("--what", arguments->what, "timeline, availability, or matrix (who sees whom)")
      ->capture_default_str();
  command->add_option("--window", arguments->window,
                      "From when to when, as 40s..90s; the matrix is of its end. Default: all");
  command->add_option("-o,--output", arguments->output, "A .svg, .png or .pdf file")
      ->capture_default_str();
  command->add_option("--width", arguments->width, "Of the picture")
      ->check(CLI::Range(200, 4'000))
      ->capture_default_str();
  command->add_flag("--dark", arguments->is_dark,
                    "PNG and PDF for dark pages; SVG follows its page");
  command->footer(
      "Examples:\n"
      "  splitscope run scenarios/library/split_two_three.lua --trace run.trace\n"
      "  splitscope plot run.trace -o run.svg\n"
      "  splitscope plot run.trace --what availability --window 0s..2m -o availability.pdf\n"
      "  splitscope plot run.trace --what matrix --window ..90s -o matrix.png");
  command->callback([arguments, &exit_code] { exit_code = run_plot(*arguments); });
}

}  // namespace splitscope::cli
