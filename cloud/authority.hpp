// Who may call: keys, roles and the sessions that metadata hand out, and the check of signatures.
// Secrets stay in here. Invariant: a session is good from its hour until the end of its life.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engine/wire/sigv4.hpp"

namespace splitscope::cloud {

// What is wrong with a signed call.
enum class Refusal : std::uint8_t {
  None,
  Unsigned,
  UnknownKey,
  WrongSignature,
  Skewed,         // signed over 15 minutes from our clock
  Expired,        // a signed query after its time, or a session after its life
  NotAuthorized,  // the caller may not call this
};

class Authority {
 public:
  static constexpr base::Duration SkewMax = std::chrono::minutes{15};
  static constexpr base::Duration SessionLife = std::chrono::hours{6};
  // A new session is handed out this often.
  static constexpr base::Duration SessionPeriod = std::chrono::hours{5};

  // `seed`: secrets of sessions come from it.
  explicit Authority(std::uint64_t seed) : seed_(seed) {}

  void add_key(wire::Credentials key) { keys_[key.access_key_id] = std::move(key); }
  void remove_key(const std::string& access_key_id) { keys_.erase(access_key_id); }
  // Calls of this action are refused from now on, or allowed again. Empty: all.
  void deny(std::string action) { denied_.insert(std::move(action)); }
  void allow(const std::string& action) { denied_.erase(action); }

  // The session that a role has at this moment.
  struct Session {
    wire::Credentials credentials;
    base::WallTime since;
    base::WallTime until;
  };
  Session session(std::string_view role, base::WallTime now) const;

  // `service` "ec2" or "ecs" must be that of the signature's scope.
  Refusal check(const wire::SignedPart& request, std::string_view service, std::string_view action,
                base::WallTime now) const;

 private:
  // The credentials behind a key, and whether their life is over.
  struct Found {
    wire::Credentials credentials;
    bool is_expired = false;
  };
  std::optional<Found> find(const wire::SignatureClaim& claim, base::WallTime now) const;
  Session numbered_session(std::string_view role, std::int64_t number) const;

  std::uint64_t seed_;
  std::map<std::string, wire::Credentials, std::less<>> keys_;
  std::set<std::string, std::less<>> denied_;
};

}  // namespace splitscope::cloud
