#include "scenarios/node/member_place.hpp"

#include <catch2/catch.hpp>

namespace splitscope::scenarios {
namespace {

schemes::ClusterConfig listed() {
  schemes::ClusterConfig config;
  config.wka.members = {{"10.0.0.1:4000"}, {"10.0.0.2"}, {"db.example:4000"}};
  return config;
}

}  // namespace

TEST_CASE("--bind decides, and the list says which node that is", "[node][place]") {
  CHECK(find_place(listed(), {.bind = "10.0.0.2:5702"}) ==
        MemberPlace{2, base::ipv4(10, 0, 0, 2), 5702});
  CHECK(find_place(listed(), {.bind = "10.9.9.9"}) == MemberPlace{1, base::ipv4(10, 9, 9, 9), 0});
  CHECK(find_place(listed(), {.node = 7, .bind = "10.0.0.2"}) ==
        MemberPlace{7, base::ipv4(10, 0, 0, 2), 0});
  CHECK_FALSE(find_place(listed(), {.bind = "here"}).has_value());
}

TEST_CASE("--node takes the node's own file, else the list", "[node][place]") {
  schemes::ClusterConfig config = listed();
  CHECK(find_place(config, {.node = 1}) == MemberPlace{1, base::ipv4(10, 0, 0, 1), 4000});
  CHECK_FALSE(find_place(config, {.node = 3}).has_value());
  CHECK_FALSE(find_place(config, {.node = 4}).has_value());
  config.nodes.push_back({.host = "10.0.0.77", .port = 5});
  CHECK(find_place(config, {.node = 1}) == MemberPlace{1, base::ipv4(10, 0, 0, 77), 5});
}

TEST_CASE("without both, the only file's own address; else an error", "[node][place]") {
  PlaceRequest request;
  CHECK_FALSE(find_place(listed(), request).has_value());
  request.first_node.host = "10.0.0.3";
  CHECK(find_place(listed(), request) == MemberPlace{1, base::ipv4(10, 0, 0, 3), 0});
  request.first_node.host = "node.example";
  CHECK_FALSE(find_place(listed(), request).has_value());
}

}  // namespace splitscope::scenarios
