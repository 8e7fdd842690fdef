#include "scenarios/script/limits.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "engine/base/utf8.hpp"
#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

constexpr int HookInterval = 1'000;
// Filling memory costs too, or a loop of long concatenations would take for ever.
constexpr std::size_t BytesPerInstruction = 64;
constexpr std::size_t TextOverhead = 64;
// Beyond the bound, so that the error itself can still be written.
constexpr std::uint64_t ErrorAllowance = 100'000;

std::string spent_text(const Budget& budget) {
  return fmt::format("the script ran {} instructions without end; does a loop let no time pass?",
                     budget.instructions_max);
}

void on_count(lua_State* L, lua_Debug*) {
  charge(L, HookInterval);
}

// Why so much more memory must not be had; null if it may.
const char* refusal_of(Budget& budget, bool is_text, std::size_t held, std::size_t new_size) {
  if (is_text && new_size > Limits::TextMax + TextOverhead) {
    return "a text is longer than 64 KiB";
  }
  if (budget.memory - held + new_size > budget.memory_max) {
    return "the script needs too much memory; it may have 64 MiB";
  }
  budget.instructions += new_size / BytesPerInstruction;
  return budget.instructions > budget.instructions_max + ErrorAllowance ? "" : nullptr;
}

}  // namespace

void* bounded_allocate(void* user, void* block, std::size_t old_size, std::size_t new_size) {
  Budget& budget = *static_cast<Budget*>(user);
  // Of a new block, old_size is the kind of object.
  const std::size_t held = block == nullptr ? 0 : old_size;
  if (new_size == 0) {
    std::free(block);
    budget.memory -= held;
    return nullptr;
  }
  if (new_size > held) {
    const bool is_text = block == nullptr && old_size == LUA_TSTRING;
    if (const char* refusal = refusal_of(budget, is_text, held, new_size)) {
      budget.refusal = refusal;
      return nullptr;
    }
  }
  void* moved = std::realloc(block, new_size);
  if (moved != nullptr) budget.memory = budget.memory - held + new_size;
  return moved;
}

void count_instructions(lua_State* L) {
  lua_sethook(L, on_count, LUA_MASKCOUNT, HookInterval);
}

void charge(lua_State* L, std::uint64_t work) {
  Budget& budget = context(L).budget;
  budget.instructions += work;
  if (budget.is_spent()) fail(L, spent_text(budget));
}

std::string take_error(lua_State* L, int status, const std::string& path) {
  const Budget& budget = context(L).budget;
  std::string text;
  if (status == LUA_ERRMEM) {
    text = fmt::format("{}: {}", path, budget.is_spent() ? spent_text(budget) : budget.refusal);
  } else if (lua_type(L, -1) == LUA_TSTRING) {
    text = lua_tostring(L, -1);
  } else {
    text = fmt::format("{}: error() was called without a text", path);
  }
  lua_pop(L, 1);
  return base::well_formed_utf8(text);
}

}  // namespace splitscope::scenarios
