#include "engine/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace splitscope::base {
namespace {

constexpr int OurOwnBug = 70;
thread_local const RunContext* current_context = nullptr;

}  // namespace

AssertScope::AssertScope(const RunContext& context) : previous_(current_context) {
  current_context = &context;
}

AssertScope::~AssertScope() {
  current_context = previous_;
}

void assertion_failed(const char* expression, const char* file, std::uint32_t line) {
  std::fprintf(stderr, "splitscope: a bug of ours: assertion failed: %s (%s:%u)\n", expression,
               file, line);
  if (current_context != nullptr) {
    const RunContext* context = current_context;
    current_context = nullptr;  // describe() may itself fail
    std::fprintf(stderr, "%s\n", context->describe().c_str());
  }
  std::fflush(nullptr);
  std::_Exit(OurOwnBug);
}

}  // namespace splitscope::base
