// Placeholders in values: ${NAME}, ${env.NAME}, $env{NAME}, $sys{NAME}, $ref{table.key},
// $secret{alias}. Hides their spellings and limits. Nothing here reads the environment: the caller
// passes a look-up in.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace splitscope::scenarios {

struct Placeholders {
  using Lookup = std::function<std::optional<std::string>(std::string_view name)>;
  // The value of an environment variable, a system property, or --set NAME=VALUE. May be empty.
  Lookup lookup;
};

// A value with all its placeholders replaced, or an error that says only what is wrong and the
// mend: "NAME has no value; set it in the environment or give --set NAME=VALUE". The text of a
// secret is never asked for. `references` answers $ref{...} with the raw text of another key of the
// same file; it may be empty.
base::Result<std::string> resolve_placeholders(std::string_view text,
                                               const Placeholders& placeholders,
                                               const Placeholders::Lookup& references);

// Whether the text is nothing but one $secret{...} (or another vault's reference).
bool is_secret_reference(std::string_view text);

// Whether a value under this key is a secret, which is never kept: keys, passwords, tokens,
// licences.
bool is_secret_key(std::string_view key);
// The one secret that is kept: our own members prove to each other that they know it.
bool is_group_password(std::string_view key);

}  // namespace splitscope::scenarios
