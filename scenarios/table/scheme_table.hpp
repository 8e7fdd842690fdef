// The comparison of membership schemes that WSO2's documentation makes, derived: each cell has the
// sentence of the documentation and the scenarios whose outcomes bear it out or refine it. Hides
// how outcomes become a cell's verdict. Invariant: a verdict follows from runs alone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/base/result.hpp"

namespace splitscope::scenarios {

// What the passing of a scenario says of the documentation's sentence.
enum class Bearing : std::uint8_t {
  Confirms,
  Refines,      // the sentence holds, and this as well
  Contradicts,  // it does not hold as it is written
};

struct EvidenceClaim {
  std::string scenario;                           // of the library
  std::map<std::string, std::string> parameters;  // as --set gives them
  Bearing bearing = Bearing::Confirms;
  std::string shows;       // what it amounts to, in a sentence
  bool wants_pass = true;  // false: its expectations must be missed
};

struct DocumentedCell {
  std::string documented;  // the documentation's sentence
  std::vector<EvidenceClaim> evidence;
};

struct DocumentedRow {
  std::string title;
  DocumentedCell multicast;
  DocumentedCell wka;
  DocumentedCell cloud;  // AWS and ECS
};
// The rows of the documentation, and what it says beside them.
std::vector<DocumentedRow> documented_rows();

struct Evidence {
  EvidenceClaim spec;
  std::uint64_t first_seed = 1;
  std::uint32_t runs = 0;
  std::uint32_t as_said = 0;     // ended as `wants_pass` says
  std::string outcome;           // what was expected of the first run and came, or what went wrong
  std::uint64_t shown_seed = 1;  // a run to look at: the first that is not as said, else the first
  bool is_shown() const { return runs > 0 && as_said == runs; }
};

enum class CellVerdict : std::uint8_t {
  Holds,
  HoldsInPart,  // with refinements
  NotAsSaid,    // a contradiction is shown
  NotShown,     // evidence ended otherwise than said
};
std::string_view to_text(CellVerdict verdict);

struct TableCell {
  std::string documented;
  std::vector<Evidence> evidence;
  CellVerdict verdict() const;
};

struct TableRow {
  std::string title;
  TableCell multicast;
  TableCell wka;
  TableCell cloud;
};

struct SchemeTable {
  std::vector<TableRow> rows;
  std::uint64_t first_seed = 1;
  std::uint32_t seeds = 0;
  // Every cell is shown.
  bool is_shown() const;
};

struct TableOptions {
  std::uint64_t first_seed = 1;
  std::uint32_t seeds = 20;
  std::uint32_t jobs = 0;
  // The text of a scenario of the library.
  std::function<base::Result<std::string>(const std::string& name)> load;
  std::function<void(std::size_t done, std::size_t total)> progress;
};

// Plays all evidence. Errors: a scenario that is missing or wrong.
base::Result<SchemeTable> derive_table(const std::vector<DocumentedRow>& rows,
                                       const TableOptions& options);

// The command that shows the evidence's run again.
std::string evidence_command(const Evidence& evidence);

}  // namespace splitscope::scenarios
