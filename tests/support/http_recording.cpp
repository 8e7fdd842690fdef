#include "tests/support/http_recording.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

namespace splitscope::tests {
namespace {

namespace fs = std::filesystem;

const fs::path Folder = fs::path(SPLITSCOPE_TEST_DATA) / "support/aws";

std::string take_line(std::string& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line = text.substr(0, end);
  text.erase(0, std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

void take_headers(std::string& text, std::vector<std::pair<std::string, std::string>>& headers) {
  for (std::string line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t colon = line.find(':');
    REQUIRE(colon != line.npos);
    const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
    headers.emplace_back(line.substr(0, colon), line.substr(value));
  }
}

// The body has the length that the headers say; what the file adds after it is not of it.
std::string body_of(const std::string& rest,
                    const std::vector<std::pair<std::string, std::string>>& headers) {
  const std::string length = header_of(headers, "Content-Length");
  return length.empty() ? "" : rest.substr(0, static_cast<std::size_t>(std::stoul(length)));
}

}  // namespace

std::string header_of(const std::vector<std::pair<std::string, std::string>>& headers,
                      const std::string& name) {
  const auto same = [&name](const auto& header) {
    return std::equal(
        header.first.begin(), header.first.end(), name.begin(), name.end(),
        [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
  };
  const auto found = std::find_if(headers.begin(), headers.end(), same);
  return found == headers.end() ? "" : found->second;
}

HttpRecording read_recording(const std::string& path) {
  std::ifstream file(Folder / path, std::ios::binary);
  INFO(path);
  REQUIRE(file.good());
  std::stringstream all;
  all << file.rdbuf();
  std::string text = all.str();
  constexpr std::string_view Mark = "### RESPONSE ###\n";
  const std::size_t mark = text.find(Mark);
  REQUIRE(mark != text.npos);
  std::string answer = text.substr(mark + Mark.size());
  text.resize(mark);

  HttpRecording recording;
  recording.name = fs::path(path).filename();
  (void)take_line(text);  // the comment
  std::istringstream first(take_line(text));
  first >> recording.request.method >> recording.request.url;
  take_headers(text, recording.request.headers);
  recording.request.body = body_of(text, recording.request.headers);

  std::istringstream status(take_line(answer));
  std::string version;
  status >> version >> recording.response.status;
  take_headers(answer, recording.response.headers);
  recording.response.body = body_of(answer, recording.response.headers);
  return recording;
}

std::vector<HttpRecording> read_recordings(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(Folder / folder)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  std::vector<HttpRecording> recordings;
  for (const std::string& name : names) {
    recordings.push_back(read_recording((fs::path(folder) / name).string()));
  }
  return recordings;
}

}  // namespace splitscope::tests
