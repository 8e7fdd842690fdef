// Where labs of this user are recorded, and where their own folders are made.
#pragma once

#include "engine/lab/run_record.hpp"

namespace splitscope::cli {

struct LabFolders {
  std::filesystem::path records;
  std::filesystem::path runs;
};
LabFolders lab_folders();

}  // namespace splitscope::cli
