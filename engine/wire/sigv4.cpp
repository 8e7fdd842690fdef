#include "engine/wire/sigv4.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/wire/escaping.hpp"
#include "engine/wire/sha256.hpp"
#include "engine/wire/utc_text.hpp"

namespace splitscope::wire {
namespace {

constexpr std::string_view Algorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t SegmentsMax = 1024;
constexpr std::size_t SignedHeadersMax = 64;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Without blanks at the ends, and one blank for several inside; line ends are blanks.
std::string squeezed(std::string_view value) {
  std::string result;
  bool is_gap = false;
  for (const char c : value) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      is_gap = !result.empty();
      continue;
    }
    if (is_gap) result += ' ';
    is_gap = false;
    result += c;
  }
  return result;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size() && parts.size() < SegmentsMax;) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string normalized(std::string_view path) {
  std::vector<std::string> kept;
  const bool ends_open = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  for (std::string& segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(std::move(segment));
    }
  }
  std::string result = fmt::format("/{}", fmt::join(kept, "/"));
  if (ends_open && !kept.empty()) result += '/';
  return result;
}

std::string canonical_query(std::string_view query) {
  auto pairs = parse_query(query).value_or(std::vector<QueryPair>{});
  for (auto& [name, value] : pairs) {
    name = percent_encode(name);
    value = percent_encode(value);
  }
  std::sort(pairs.begin(), pairs.end());
  std::string result;
  for (const auto& [name, value] : pairs) {
    result += fmt::format("{}{}={}", result.empty() ? "" : "&", name, value);
  }
  return result;
}

// Each name once, its values joined by commas.
std::map<std::string, std::string> canonical_headers(const HeaderList& headers) {
  std::map<std::string, std::string> result;
  for (const auto& [name, value] : headers) {
    const auto [entry, is_new] = result.try_emplace(lower(name));
    if (!is_new) entry->second += ',';
    entry->second += squeezed(value);
  }
  return result;
}

std::vector<std::string> header_names(const HeaderList& headers) {
  std::vector<std::string> names;
  for (const auto& [name, value] : canonical_headers(headers)) names.push_back(name);
  return names;
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

std::optional<SigningScope> parse_scope(std::string_view credential, std::string_view date,
                                        std::string& access_key_id) {
  const std::vector<std::string> parts = split(credential, '/');
  const auto time = parse_utc(date);
  if (parts.size() != 5 || parts[4] != "aws4_request" || !time) return std::nullopt;
  if (parts[1] != date.substr(0, 8)) return std::nullopt;
  access_key_id = parts[0];
  return SigningScope{*time, parts[2], parts[3]};
}

std::optional<SignatureClaim> find_in_header(const SignedPart& request, const std::string& value) {
  const std::string authorization = squeezed(value);
  if (!authorization.starts_with(Algorithm)) return std::nullopt;
  std::map<std::string, std::string> fields;
  for (const std::string& part :
       split(std::string_view(authorization).substr(Algorithm.size()), ',')) {
    const std::string field = squeezed(part);
    const std::size_t equals = field.find('=');
    if (equals == field.npos) return std::nullopt;
    fields[field.substr(0, equals)] = field.substr(equals + 1);
  }
  const auto date = header_value(request.headers, "x-amz-date");
  if (!date) return std::nullopt;
  SignatureClaim claim;
  const auto scope = parse_scope(fields["Credential"], *date, claim.access_key_id);
  if (!scope) return std::nullopt;
  claim.scope = *scope;
  claim.signed_headers = split(fields["SignedHeaders"], ';');
  claim.signature = fields["Signature"];
  claim.session_token = header_value(request.headers, "x-amz-security-token").value_or("");
  return claim;
}

std::optional<SignatureClaim> find_in_query(const SignedPart& request) {
  const auto pairs = parse_query(request.query);
  if (!pairs) return std::nullopt;
  std::map<std::string, std::string> fields;
  for (const auto& [name, value] : *pairs) fields[name] = value;
  if (fields["X-Amz-Algorithm"] != Algorithm) return std::nullopt;
  SignatureClaim claim;
  const auto scope =
      parse_scope(fields["X-Amz-Credential"], fields["X-Amz-Date"], claim.access_key_id);
  const std::string& expires = fields["X-Amz-Expires"];
  const bool is_number = !expires.empty() && expires.size() <= 6 &&
                         expires.find_first_not_of("0123456789") == expires.npos;
  if (!scope || !is_number) return std::nullopt;
  claim.scope = *scope;
  claim.signed_headers = split(fields["X-Amz-SignedHeaders"], ';');
  claim.signature = fields["X-Amz-Signature"];
  claim.session_token = fields["X-Amz-Security-Token"];
  claim.expires = std::chrono::seconds{std::stoi(expires)};
  claim.is_in_query = true;
  return claim;
}

std::string without_signature(std::string_view query) {
  auto pairs = parse_query(query).value_or(std::vector<QueryPair>{});
  std::erase_if(pairs, [](const QueryPair& pair) { return pair.first == "X-Amz-Signature"; });
  return write_query(pairs);
}

}  // namespace

std::optional<std::string> header_value(const HeaderList& headers, std::string_view name) {
  const std::string wanted = lower(name);
  for (const auto& [key, value] : headers) {
    if (lower(key) == wanted) return value;
  }
  return std::nullopt;
}

std::string SigningScope::text() const {
  return fmt::format("{}/{}/{}/aws4_request", compact_utc(time).substr(0, 8), region, service);
}

std::string canonical_request(const SignedPart& request,
                              const std::vector<std::string>& signed_headers,
                              bool normalizes_path) {
  const std::map<std::string, std::string> headers = canonical_headers(request.headers);
  std::string lines;
  for (const std::string& name : signed_headers) {
    const auto found = headers.find(name);
    lines += fmt::format("{}:{}\n", name, found == headers.end() ? "" : found->second);
  }
  const std::string path = normalizes_path ? normalized(request.path) : request.path;
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, percent_encode_path(path),
                     canonical_query(request.query), lines, fmt::join(signed_headers, ";"),
                     hex(sha256(request.body)));
}

std::string string_to_sign(const SigningScope& scope, std::string_view canonical) {
  return fmt::format("{}\n{}\n{}\n{}", Algorithm, compact_utc(scope.time), scope.text(),
                     hex(sha256(canonical)));
}

std::string signature(std::string_view secret_key, const SigningScope& scope,
                      std::string_view text) {
  const std::string secret = fmt::format("AWS4{}", secret_key);
  Sha256 key = hmac_sha256(bytes_of(secret), compact_utc(scope.time).substr(0, 8));
  key = hmac_sha256(key, scope.region);
  key = hmac_sha256(key, scope.service);
  key = hmac_sha256(key, "aws4_request");
  return hex(hmac_sha256(key, text));
}

void sign_headers(SignedPart& request, const Credentials& credentials, const SigningScope& scope,
                  const SigningOptions& options) {
  SPLITSCOPE_ASSERT(header_value(request.headers, "host").has_value());
  const bool has_token = !credentials.session_token.empty();
  request.headers.emplace_back("X-Amz-Date", compact_utc(scope.time));
  if (has_token && !options.omits_token) {
    request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  if (options.adds_payload_hash) {
    request.headers.emplace_back("X-Amz-Content-Sha256", hex(sha256(request.body)));
  }
  const std::vector<std::string> names = header_names(request.headers);
  const std::string canonical = canonical_request(request, names, options.normalizes_path);
  const std::string signed_text = string_to_sign(scope, canonical);
  if (has_token && options.omits_token) {
    request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  request.headers.emplace_back(
      "Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", Algorithm,
                                   credentials.access_key_id, scope.text(), fmt::join(names, ";"),
                                   signature(credentials.secret_key, scope, signed_text)));
}

void sign_query(SignedPart& request, const Credentials& credentials, const SigningScope& scope,
                const SigningOptions& options) {
  const std::vector<std::string> names = header_names(request.headers);
  auto pairs = parse_query(request.query).value_or(std::vector<QueryPair>{});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options.expires).count();
  pairs.emplace_back("X-Amz-Algorithm", Algorithm);
  pairs.emplace_back("X-Amz-Credential",
                     fmt::format("{}/{}", credentials.access_key_id, scope.text()));
  pairs.emplace_back("X-Amz-Date", compact_utc(scope.time));
  pairs.emplace_back("X-Amz-Expires", fmt::format("{}", seconds));
  pairs.emplace_back("X-Amz-SignedHeaders", fmt::format("{}", fmt::join(names, ";")));
  const bool has_token = !credentials.session_token.empty();
  if (has_token && !options.omits_token) {
    pairs.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  request.query = write_query(pairs);
  const std::string canonical = canonical_request(request, names, options.normalizes_path);
  pairs.emplace_back("X-Amz-Signature",
                     signature(credentials.secret_key, scope, string_to_sign(scope, canonical)));
  if (has_token && options.omits_token) {
    pairs.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  std::stable_sort(pairs.begin(), pairs.end(), [](const QueryPair& left, const QueryPair& right) {
    return left.first < right.first;
  });
  request.query = write_query(pairs);
}

std::optional<SignatureClaim> find_signature(const SignedPart& request) {
  const auto authorization = header_value(request.headers, "authorization");
  auto claim = authorization ? find_in_header(request, *authorization) : find_in_query(request);
  if (!claim || claim->signed_headers.size() > SignedHeadersMax) return std::nullopt;
  // AWS wants the host signed, and the names sorted.
  const auto& names = claim->signed_headers;
  if (!std::is_sorted(names.begin(), names.end())) return std::nullopt;
  if (!std::binary_search(names.begin(), names.end(), "host")) return std::nullopt;
  return claim;
}

bool is_signature_right(const SignedPart& request, const SignatureClaim& claim,
                        std::string_view secret_key) {
  SignedPart unsigned_request = request;
  if (claim.is_in_query) unsigned_request.query = without_signature(request.query);
  const std::string canonical = canonical_request(unsigned_request, claim.signed_headers, true);
  const std::string expected =
      signature(secret_key, claim.scope, string_to_sign(claim.scope, canonical));
  if (expected.size() != claim.signature.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference |= static_cast<unsigned>(expected[i] ^ claim.signature[i]);
  }
  return difference == 0;
}

}  // namespace splitscope::wire
