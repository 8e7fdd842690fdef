#include "engine/wire/sigv4.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "engine/wire/document.hpp"
#include "engine/wire/utc_text.hpp"

using namespace splitscope;
using namespace splitscope::wire;
namespace fs = std::filesystem;

namespace {

const fs::path Vectors = fs::path(SPLITSCOPE_TEST_DATA) / "engine/wire/data/sigv4";

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// "GET /path?query HTTP/1.1", headers that may go on in indented lines, an empty line, the body.
SignedPart parse_request(const std::string& text) {
  SignedPart request;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  const std::string target = line.substr(first + 1, last - first - 1);
  request.method = line.substr(0, first);
  request.path = target.substr(0, target.find('?'));
  if (target.find('?') != target.npos) request.query = target.substr(target.find('?') + 1);
  while (std::getline(lines, line) && !line.empty()) {
    const bool goes_on = line.front() == ' ' || line.front() == '\t';
    if (goes_on) {
      request.headers.back().second += line;
      continue;
    }
    const std::size_t colon = line.find(':');
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  std::stringstream rest;
  rest << lines.rdbuf();
  request.body = rest.str();
  return request;
}

struct Context {
  Credentials credentials;
  SigningScope scope;
  SigningOptions options;
};

Context read_context(const fs::path& path) {
  const auto document = Document::read_json(content(path));
  REQUIRE(document.has_value());
  const Node root = document->root();
  Context context;
  context.credentials = {std::string(root.at("credentials", "access_key_id").text()),
                         std::string(root.at("credentials", "secret_access_key").text()),
                         std::string(root.at("credentials", "token").text())};
  context.scope = {*parse_utc(root.child("timestamp").text()),
                   std::string(root.child("region").text()),
                   std::string(root.child("service").text())};
  context.options.normalizes_path = root.child("normalize").text() == "true";
  context.options.adds_payload_hash = root.child("sign_body").text() == "true";
  context.options.omits_token = root.child("omit_session_token").text() == "true";
  const std::string expires(root.child("expiration_in_seconds").text());
  if (!expires.empty()) context.options.expires = std::chrono::seconds{std::stoi(expires)};
  return context;
}

std::vector<fs::path> cases(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().filename() == "context.json") found.push_back(entry.path().parent_path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Checks every stage of one vector; how many signatures were compared.
int check_case(const fs::path& folder) {
  INFO(folder.filename());
  const Context context = read_context(folder / "context.json");
  int compared = 0;
  for (const std::string way : {"header", "query"}) {
    const fs::path wanted = folder / (way + "-signature.txt");
    if (!fs::exists(wanted)) continue;
    SignedPart request = parse_request(content(folder / "request.txt"));
    if (way == "header") {
      sign_headers(request, context.credentials, context.scope, context.options);
    } else {
      sign_query(request, context.credentials, context.scope, context.options);
    }
    const auto claim = find_signature(request);
    REQUIRE(claim.has_value());
    CHECK(claim->signature == content(wanted));
    CHECK(claim->is_in_query == (way == "query"));
    if (context.options.normalizes_path && !context.options.omits_token) {
      CHECK(is_signature_right(request, *claim, context.credentials.secret_key));
      CHECK_FALSE(is_signature_right(request, *claim, "another secret"));
    }
    // The stages before it, from the signed request.
    SignedPart stage = request;
    std::erase_if(stage.headers, [&](const auto& header) {
      const auto& names = claim->signed_headers;
      std::string name = header.first;
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      return !std::binary_search(names.begin(), names.end(), name);
    });
    if (way == "header") {
      const std::string canonical =
          canonical_request(stage, claim->signed_headers, context.options.normalizes_path);
      CHECK(canonical == content(folder / "header-canonical-request.txt"));
      CHECK(string_to_sign(context.scope, canonical) ==
            content(folder / "header-string-to-sign.txt"));
    }
    ++compared;
  }
  return compared;
}

}  // namespace

TEST_CASE("sigv4: every vector of the AWS signing test suite comes out", "[engine][wire]") {
  int compared = 0;
  for (const fs::path& folder : cases(Vectors / "v4")) {
    // Its path is encoded already and yet expected to be encoded once; the README of the vectors
    // says so. The other two have no whole set of files.
    const std::string name = folder.filename();
    if (name == "get-space-normalized" || name.starts_with("double-")) continue;
    compared += check_case(folder);
  }
  CHECK(compared == 74);
}

TEST_CASE("sigv4: requests to EC2 and ECS are signed as botocore signs them", "[engine][wire]") {
  int compared = 0;
  for (const fs::path& folder : cases(Vectors / "own-ec2-ecs")) compared += check_case(folder);
  CHECK(compared == 8);
}

// The .authz files are what botocore holds itself to; one .sreq repeats another case's signature.
TEST_CASE("sigv4: the older suite's signed requests verify", "[engine][wire]") {
  int verified = 0;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(Vectors / "botocore-aws4_testsuite")) {
    if (entry.path().extension() == ".sreq") files.push_back(entry.path());
  }
  for (const fs::path& file : files) {
    INFO(file.filename());
    SignedPart request = parse_request(content(file));
    request.headers.back().second = content(fs::path(file).replace_extension(".authz"));
    const auto claim = find_signature(request);
    REQUIRE(claim.has_value());
    CHECK(is_signature_right(request, *claim, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    ++verified;
  }
  CHECK(verified == 34);
}

TEST_CASE("sigv4: a change of anything that is signed is noticed", "[engine][wire]") {
  SignedPart request;
  request.query = "Action=DescribeInstances&Version=2016-11-15";
  request.headers = {{"Host", "ec2.us-east-1.amazonaws.com"}};
  const SigningScope scope{*parse_utc("2026-01-01T00:00:00Z"), "us-east-1", "ec2"};
  sign_headers(request, {"AKIDEXAMPLE", "secret", "token"}, scope);
  const auto claim = find_signature(request);
  REQUIRE(claim.has_value());
  CHECK(claim->session_token == "token");
  REQUIRE(is_signature_right(request, *claim, "secret"));

  SignedPart other = request;
  other.query += "&DryRun=true";
  CHECK_FALSE(is_signature_right(other, *claim, "secret"));
  other = request;
  other.body = "x";
  CHECK_FALSE(is_signature_right(other, *claim, "secret"));
  other = request;
  other.headers.front().second = "ec2.eu-west-1.amazonaws.com";
  CHECK_FALSE(is_signature_right(other, *claim, "secret"));
}

TEST_CASE("sigv4: what is no signature is none", "[engine][wire]") {
  SignedPart request;
  CHECK_FALSE(find_signature(request).has_value());
  request.headers = {{"Authorization", "AWS4-HMAC-SHA256 nonsense"}};
  CHECK_FALSE(find_signature(request).has_value());
  request.headers = {{"X-Amz-Date", "20260101T000000Z"},
                     {"Authorization",
                      "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/ec2/aws4_request, "
                      "SignedHeaders=x-amz-date, Signature=0"}};
  CHECK_FALSE(find_signature(request).has_value());  // the host is not signed
  request.headers[1].second =
      "AWS4-HMAC-SHA256 Credential=A/20260102/us-east-1/ec2/aws4_request, "
      "SignedHeaders=host;x-amz-date, Signature=0";
  CHECK_FALSE(find_signature(request).has_value());  // another day than X-Amz-Date's
}
