#include "scenarios/import/placeholders.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace splitscope::scenarios {
namespace {

constexpr int NestedMax = 8;
constexpr std::size_t MaxResolved = std::size_t{64} << 10;
constexpr std::size_t MaxPlaceholders = 256;

struct Opening {
  std::string_view text;
  enum class Source : unsigned char { Look, Reference, Secret } source;
};
// The longer spelling of two stands first.
constexpr std::array<Opening, 8> Openings{{{"${env.", Opening::Source::Look},
                                           {"${", Opening::Source::Look},
                                           {"$env{", Opening::Source::Look},
                                           {"$sys{", Opening::Source::Look},
                                           {"$ref{", Opening::Source::Reference},
                                           {"$secret{", Opening::Source::Secret},
                                           {"$ENC{", Opening::Source::Secret},
                                           {"$HZ_ENC{", Opening::Source::Secret}}};

const Opening* opening_of(std::string_view rest) {
  const auto found = std::find_if(Openings.begin(), Openings.end(), [rest](const Opening& opening) {
    return rest.starts_with(opening.text);
  });
  return found == Openings.end() ? nullptr : &*found;
}

// One value under way: what is resolved so far and how much more may be.
class Expansion {
 public:
  Expansion(const Placeholders& placeholders, const Placeholders::Lookup& references)
      : placeholders_(placeholders), references_(references) {}

  base::Result<void> append(std::string_view text, int depth) {
    if (depth > NestedMax) {
      return base::failure("its references form a circle; write the value itself");
    }
    while (!text.empty()) {
      const std::size_t dollar = std::min(text.find('$'), text.size());
      resolved_.append(text.substr(0, dollar));
      text.remove_prefix(dollar);
      if (text.empty()) break;
      if (const Opening* opening = opening_of(text)) {
        if (auto done = replace(*opening, text, depth); !done) return done;
      } else {
        resolved_.push_back('$');
        text.remove_prefix(1);
      }
      if (resolved_.size() > MaxResolved) {
        return base::failure("it grows beyond 64 KiB; write the value itself");
      }
    }
    return {};
  }

  std::string take() { return std::move(resolved_); }

 private:
  base::Result<void> replace(const Opening& opening, std::string_view& text, int depth) {
    const std::size_t end = text.find('}');
    if (end == text.npos) {
      return base::failure(fmt::format("{}... has no closing brace; add }}", opening.text));
    }
    const std::string_view name = text.substr(opening.text.size(), end - opening.text.size());
    text.remove_prefix(end + 1);
    if (++count_ > MaxPlaceholders) {
      return base::failure("it holds too many placeholders; write the value itself");
    }
    switch (opening.source) {
      case Opening::Source::Look:
        return look(name);
      case Opening::Source::Reference:
        return refer(name, depth);
      case Opening::Source::Secret:
        break;
    }
    return base::failure("it is a secret, and secrets are not read; write the value itself here");
  }

  base::Result<void> look(std::string_view name) {
    const auto value =
        placeholders_.lookup ? placeholders_.lookup(name) : std::optional<std::string>{};
    if (!value) {
      return base::failure(fmt::format(
          "the placeholder {0} has no value; set {0} in the environment or give --set {0}=VALUE",
          name.substr(0, 200)));
    }
    resolved_.append(*value);
    return {};
  }

  base::Result<void> refer(std::string_view name, int depth) {
    const auto value = references_ ? references_(name) : std::optional<std::string>{};
    if (!value) {
      return base::failure(
          fmt::format("$ref{{{0}}} names a key that this file does not have; add "
                      "{0} or write the value itself",
                      name.substr(0, 200)));
    }
    return append(*value, depth + 1);
  }

  const Placeholders& placeholders_;
  const Placeholders::Lookup& references_;
  std::string resolved_;
  std::size_t count_ = 0;
};

}  // namespace

base::Result<std::string> resolve_placeholders(std::string_view text,
                                               const Placeholders& placeholders,
                                               const Placeholders::Lookup& references) {
  Expansion expansion(placeholders, references);
  if (auto done = expansion.append(text, 0); !done) return std::unexpected(done.error());
  return expansion.take();
}

bool is_secret_reference(std::string_view text) {
  const Opening* opening = opening_of(text);
  return opening != nullptr && opening->source == Opening::Source::Secret &&
         text.find('}') == text.size() - 1;
}

bool is_group_password(std::string_view key) {
  return key == "groupPassword" || key == "group.password";
}

bool is_secret_key(std::string_view key) {
  std::string plain;
  for (const char c : key) {
    if (c >= 'A' && c <= 'Z') plain.push_back(static_cast<char>(c - 'A' + 'a'));
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain.push_back(c);
  }
  constexpr std::array<std::string_view, 7> Words{"accesskey",  "secret", "password",  "token",
                                                  "licensekey", "apikey", "credential"};
  return std::any_of(Words.begin(), Words.end(),
                     [&plain](std::string_view word) { return plain.find(word) != plain.npos; });
}

}  // namespace splitscope::scenarios
