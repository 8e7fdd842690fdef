#include "cli/terminal.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace splitscope::cli {
namespace {

constexpr std::int64_t RedrawNs = 100'000'000;

std::int64_t now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

}  // namespace

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col > 0) {
    return size.ws_col;
  }
  return 100;
}

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)), enabled_(isatty(STDERR_FILENO) != 0), started_ns_(now_ns()) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::update(std::uint64_t done, std::uint64_t total) {
  if (!enabled_ || total == 0) return;
  const std::int64_t now = now_ns();
  if (now - last_ns_ < RedrawNs && done < total) return;
  last_ns_ = now;
  drawn_ = true;
  constexpr std::size_t Width = 30;
  const std::size_t filled = static_cast<std::size_t>(done * Width / total);
  std::string bar(filled, '#');
  bar.resize(Width, '.');
  std::string left;
  if (done > 0) {
    const double elapsed = static_cast<double>(now - started_ns_) / 1e9;
    const double rest = elapsed * static_cast<double>(total - done) / static_cast<double>(done);
    left = fmt::format(", {:.0f} s left", rest);
  }
  std::fputs(fmt::format("\r{} [{}] {}/{}{}\x1b[K", label_, bar, done, total, left).c_str(),
             stderr);
  std::fflush(stderr);
}

bool write_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".partial";
  {
    std::ofstream out(temporary, std::ios::binary);
    out << text;
    if (!out.flush()) return false;
  }
  return std::rename(temporary.c_str(), path.c_str()) == 0;
}

}  // namespace splitscope::cli
