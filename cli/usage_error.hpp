// How a command says that it cannot be carried out: one line on standard error.
#pragma once

#include <string>
#include <string_view>

namespace splitscope::cli {

// Prints 'splitscope <command>: <message>'. Returns the exit code for it, 2.
int usage_error(std::string_view command, const std::string& message);

}  // namespace splitscope::cli
