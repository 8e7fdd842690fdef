// The names that hazelcast.xml and hazelcast.yaml have in common, so that both give one list of
// settings. For the two readers only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/import/setting_writer.hpp"

namespace splitscope::scenarios {

// Whether something at or below this path of the file is read at all.
bool is_hazelcast_path_read(std::string_view path);

// Adds what stands at a path such as "network.join.tcp-ip.member-list", in the file's own spelling:
// lists of members are taken apart, names are made equal for both kinds of file.
void add_hazelcast_setting(SettingWriter& writer, std::string_view path, std::string_view text,
                           std::uint32_t line);

}  // namespace splitscope::scenarios
