// AWS Signature Version 4: signing a request in its headers or in its query, and taking a signed
// request apart to check it. Pure: the caller gives the time. Secrets go in and never come out.
// Source: the AWS signing process; tests/engine/wire/data/sigv4 has the vectors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/time.hpp"

namespace splitscope::wire {

struct Credentials {
  std::string access_key_id;
  std::string secret_key;
  std::string session_token;  // empty: long-term keys
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;
// The value of the first header of that name, whatever the case; none if there is none.
std::optional<std::string> header_value(const HeaderList& headers, std::string_view name);

// What of a request is signed. Path and query are as on the wire; a path without a query begins
// with "/".
struct SignedPart {
  std::string method = "GET";
  std::string path = "/";
  std::string query;  // without "?"
  HeaderList headers;
  std::string body;
};

struct SigningScope {
  base::WallTime time;
  std::string region;
  std::string service;
  // "20150830/us-east-1/ec2/aws4_request"
  std::string text() const;
};

struct SigningOptions {
  // "." and ".." and doubled slashes go; EC2 and ECS only have the path "/".
  bool normalizes_path = true;
  // x-amz-content-sha256 is added to the headers and signed.
  bool adds_payload_hash = false;
  // The session token is added after signing.
  bool omits_token = false;
  base::Duration expires = std::chrono::seconds{30};  // of a signed query
};

// The intermediate steps; `signed_headers` in lower case, sorted.
std::string canonical_request(const SignedPart& request,
                              const std::vector<std::string>& signed_headers, bool normalizes_path);
std::string string_to_sign(const SigningScope& scope, std::string_view canonical_request);
std::string signature(std::string_view secret_key, const SigningScope& scope,
                      std::string_view string_to_sign);

// All headers given are signed, X-Amz-Date and the token too; Authorization, X-Amz-Date and
// X-Amz-Security-Token are added. `request` must have a Host.
void sign_headers(SignedPart& request, const Credentials& credentials, const SigningScope& scope,
                  const SigningOptions& options = {});
// The X-Amz-* parameters and the signature are added to the query; all headers given are signed.
// The query's pairs end up in the order of their names, as Hazelcast's plugin writes them.
void sign_query(SignedPart& request, const Credentials& credentials, const SigningScope& scope,
                const SigningOptions& options = {});

// What a signed request says of its signature.
struct SignatureClaim {
  std::string access_key_id;
  std::string session_token;
  SigningScope scope;
  std::vector<std::string> signed_headers;
  std::string signature;
  std::optional<base::Duration> expires;  // of a signed query
  bool is_in_query = false;
};
// None if the request is not signed, or what it says cannot be.
std::optional<SignatureClaim> find_signature(const SignedPart& request);
// Whether the claim's signature is that of the request under this key. Compares in constant time.
bool is_signature_right(const SignedPart& request, const SignatureClaim& claim,
                        std::string_view secret_key);

}  // namespace splitscope::wire
