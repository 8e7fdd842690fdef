#include "engine/trace/output_file.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace splitscope::trace {
namespace {

std::string part_path(const std::string& path) {
  return path + ".part";
}

void remove_quietly(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

}  // namespace

base::Result<OutputFile> OutputFile::create(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return base::failure(fmt::format("{}: is a directory; name a file", path));
  }
  auto stream = std::make_unique<std::ofstream>(part_path(path), std::ios::binary);
  if (!*stream) {
    return base::failure(
        fmt::format("{}: cannot be created; does its directory exist and may you write?", path));
  }
  return OutputFile(path, std::move(stream));
}

OutputFile::OutputFile(std::string path, std::unique_ptr<std::ofstream> stream)
    : path_(std::move(path)), stream_(std::move(stream)) {}

OutputFile::~OutputFile() {
  if (stream_ == nullptr) return;
  stream_->close();
  remove_quietly(part_path(path_));
}

base::Result<void> OutputFile::commit() {
  const std::unique_ptr<std::ofstream> stream = std::exchange(stream_, nullptr);
  stream->close();
  if (!*stream) {
    remove_quietly(part_path(path_));
    return base::failure(fmt::format("{}: could not be written; is the disk full?", path_));
  }
  std::error_code error;
  std::filesystem::rename(part_path(path_), path_, error);
  if (!error) return {};
  remove_quietly(part_path(path_));
  return base::failure(fmt::format("{}: {}", path_, error.message()));
}

std::string OutputFile::keep_part() {
  const std::unique_ptr<std::ofstream> stream = std::exchange(stream_, nullptr);
  stream->close();
  return part_path(path_);
}

}  // namespace splitscope::trace
