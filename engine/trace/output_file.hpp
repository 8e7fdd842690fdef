// A file that appears under its name only when it is complete: bytes go to "<path>.part", which
// commit() renames. Destroyed without commit() or keep_part(), it leaves nothing behind.
#pragma once

#include <fstream>
#include <memory>
#include <string>

#include "engine/base/result.hpp"

namespace splitscope::trace {

class OutputFile {
 public:
  // The error names the path and what is wrong with it.
  static base::Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  // Valid until commit(), keep_part() or the end of the file's life; moving the file keeps it.
  std::ostream& stream() { return *stream_; }
  // Once. The error says why the bytes could not be written; the name then still shows what it
  // showed before.
  base::Result<void> commit();
  // Instead of commit(), for what is worth reading though it is not whole: answers the path that
  // it stays at.
  std::string keep_part();

 private:
  OutputFile(std::string path, std::unique_ptr<std::ofstream> stream);

  std::string path_;
  std::unique_ptr<std::ofstream> stream_;  // null once committed, kept or moved from
};

}  // namespace splitscope::trace
