#include "cloud/authority.hpp"

#include <charconv>

#include <fmt/format.h>

#include "engine/base/prng.hpp"
#include "engine/wire/escaping.hpp"

namespace splitscope::cloud {
namespace {

// "ASIA" and 16 digits: eight for the role, eight for the session's number.
constexpr std::string_view SessionPrefix = "ASIA";
constexpr std::size_t SessionKeySize = 20;

std::uint32_t role_number(std::uint64_t seed, std::string_view role) {
  return static_cast<std::uint32_t>(base::derive_seed(seed, role));
}

std::int64_t session_number(base::WallTime at) {
  return at.time_since_epoch() / Authority::SessionPeriod;
}

}  // namespace

Authority::Session Authority::numbered_session(std::string_view role, std::int64_t number) const {
  const std::uint64_t seed = base::derive_seed(seed_, role, static_cast<std::uint64_t>(number));
  const base::WallTime since{number * SessionPeriod};
  Session session;
  session.since = since;
  session.until = since + SessionLife;
  session.credentials = {
      fmt::format("{}{:08X}{:08X}", SessionPrefix, role_number(seed_, role), number),
      fmt::format("{:016x}/{:016x}", base::mix(seed), base::mix(seed + 1)),
      fmt::format("IQoJb3JpZ2luX2Vj{}//{:016x}==", wire::percent_encode(role),
                  base::mix(seed + 2))};
  return session;
}

Authority::Session Authority::session(std::string_view role, base::WallTime now) const {
  return numbered_session(role, session_number(now));
}

std::optional<Authority::Found> Authority::find(const wire::SignatureClaim& claim,
                                                base::WallTime now) const {
  if (const auto key = keys_.find(claim.access_key_id); key != keys_.end()) {
    return Found{key->second, false};
  }
  const std::string_view id = claim.access_key_id;
  if (!id.starts_with(SessionPrefix) || id.size() != SessionKeySize) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data() + 12, id.data() + id.size(), number, 16);
  if (error != std::errc{} || end != id.data() + id.size()) return std::nullopt;
  // The token names the role.
  constexpr std::string_view TokenPrefix = "IQoJb3JpZ2luX2Vj";
  std::string_view token = claim.session_token;
  if (!token.starts_with(TokenPrefix)) return std::nullopt;
  token = token.substr(TokenPrefix.size(), token.find("//") - TokenPrefix.size());
  const Session session = numbered_session(wire::percent_decode(token), number);
  if (session.credentials.access_key_id != claim.access_key_id) return std::nullopt;
  if (session.credentials.session_token != claim.session_token) return std::nullopt;
  return Found{session.credentials, now >= session.until};
}

Refusal Authority::check(const wire::SignedPart& request, std::string_view service,
                         std::string_view action, base::WallTime now) const {
  const auto claim = wire::find_signature(request);
  if (!claim) return Refusal::Unsigned;
  const auto found = find(*claim, now);
  if (!found) return Refusal::UnknownKey;
  if (claim->scope.service != service) return Refusal::WrongSignature;
  if (!wire::is_signature_right(request, *claim, found->credentials.secret_key)) {
    return Refusal::WrongSignature;
  }
  if (claim->expires && now > claim->scope.time + *claim->expires) return Refusal::Expired;
  const base::Duration skew = now - claim->scope.time;
  if (skew > SkewMax || skew < -SkewMax) return Refusal::Skewed;
  if (found->is_expired) return Refusal::Expired;
  if (denied_.contains("") || denied_.contains(action)) return Refusal::NotAuthorized;
  return Refusal::None;
}

}  // namespace splitscope::cloud
