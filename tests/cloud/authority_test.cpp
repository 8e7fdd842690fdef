#include "cloud/authority.hpp"

#include <catch2/catch.hpp>

#include "engine/wire/utc_text.hpp"

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::cloud;

namespace {

const base::WallTime Now = *wire::parse_utc("2026-01-01T00:00:00Z");

wire::SignedPart signed_by(const wire::Credentials& credentials, base::WallTime at) {
  wire::SignedPart part;
  part.query = "Action=DescribeInstances";
  part.headers = {{"Host", "ec2.us-east-1.amazonaws.com"}};
  wire::sign_headers(part, credentials, {at, "us-east-1", "ec2"});
  return part;
}

Refusal check(const Authority& authority, const wire::SignedPart& part, base::WallTime now = Now) {
  return authority.check(part, "ec2", "DescribeInstances", now);
}

}  // namespace

TEST_CASE("authority: sessions change, overlap, and end", "[cloud]") {
  const Authority authority(7);
  const Authority::Session session = authority.session("hz", Now);
  CHECK(check(authority, signed_by(session.credentials, Now)) == Refusal::None);
  CHECK(authority.session("hz", Now).credentials == session.credentials);
  CHECK_FALSE(authority.session("other", Now).credentials == session.credentials);
  const base::WallTime later = session.since + Authority::SessionPeriod + 1min;
  CHECK_FALSE(authority.session("hz", later).credentials == session.credentials);
  CHECK(check(authority, signed_by(session.credentials, later), later) == Refusal::None);
  CHECK(check(authority, signed_by(session.credentials, session.until), session.until) ==
        Refusal::Expired);
}

TEST_CASE("authority: a session of another seed, or a token that was changed, is unknown",
          "[cloud]") {
  const Authority authority(7);
  const Authority stranger(8);
  CHECK(check(authority, signed_by(stranger.session("hz", Now).credentials, Now)) ==
        Refusal::UnknownKey);
  wire::Credentials changed = authority.session("hz", Now).credentials;
  changed.session_token.back() = '-';
  CHECK(check(authority, signed_by(changed, Now)) == Refusal::UnknownKey);
  CHECK(check(authority, {}) == Refusal::Unsigned);
}

TEST_CASE("authority: the scope names the service, and a signed query its time", "[cloud]") {
  Authority authority(7);
  const wire::Credentials key{"AKIA", "secret", ""};
  authority.add_key(key);
  const wire::SignedPart part = signed_by(key, Now);
  CHECK(authority.check(part, "ecs", "ListTasks", Now) == Refusal::WrongSignature);
  wire::SignedPart query;
  query.headers = {{"Host", "ec2.us-east-1.amazonaws.com"}};
  wire::sign_query(query, key, {Now, "us-east-1", "ec2"});
  CHECK(check(authority, query, Now + 30s) == Refusal::None);
  CHECK(check(authority, query, Now + 31s) == Refusal::Expired);
}
