// Bytes as logs of members: whatever they are, reading ends, the story holds together, and its
// text, JSON and scenario are well-formed. A byte 0x01 at the beginning of a line separates two
// logs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <boost/json.hpp>

#include "scenarios/incident/incident_json.hpp"
#include "scenarios/incident/incident_text.hpp"
#include "scenarios/incident/skeleton.hpp"

using namespace splitscope;
using namespace splitscope::scenarios::incident;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_story(const Incident& story) {
  for (const Sight& sight : story.sights) {
    require(sight.by < story.members.size());
    require(sight.at >= base::Duration::zero() && sight.at <= story.length);
    require(sight.place.line >= 1);
  }
  for (const ViewSpan& span : story.spans) require(span.from <= span.until);
  for (const Happening& happening : story.happenings) {
    require(!happening.sides.empty());
    require(!happening.sides.front().empty());
  }
  boost::json::error_code error;
  boost::json::parse(to_json(story), error);
  require(!error);
  (void)to_plain_text(story, {.has_sights = true});
  // Nothing of a log can leave its comment or its quotes.
  const std::string script = to_scenario(story);
  for (const char c : script) require(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::vector<MemberLog> logs;
  while (!bytes.empty() && logs.size() < 4) {
    const std::size_t end = std::min(bytes.find("\n\x01"), bytes.size());
    LogReader reader("log" + std::to_string(logs.size()));
    reader.feed(bytes.substr(0, end));
    logs.push_back(reader.finish());
    bytes.remove_prefix(std::min(end + 2, bytes.size()));
  }
  const auto story = make_incident(std::move(logs));
  if (story.has_value()) check_story(*story);
  return 0;
}
