// The JSON object of one run, as docs/run.schema.json describes it.
#pragma once

#include <boost/json/object.hpp>

#include "scenarios/script/play.hpp"

namespace splitscope::cli {

boost::json::object run_to_json(const scenarios::RunSpec& spec, const scenarios::Played& played);

// 16 hexadecimal digits.
std::string digest_text(std::uint64_t digest);

}  // namespace splitscope::cli
