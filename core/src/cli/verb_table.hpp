#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace pegbox {

/// Which options a verb takes beside the common ones.
namespace takes {
inline constexpr unsigned kNothing = 0;
inline constexpr unsigned kStudy = 1;   ///< what a study file says, as options
inline constexpr unsigned kStored = 2;  ///< which study of which storage
inline constexpr unsigned kQuiet = 4;
inline constexpr unsigned kAllowChange = 8;
inline constexpr unsigned kOutput = 16;
inline constexpr unsigned kYes = 32;
inline constexpr unsigned kPoint = 64;        ///< hyperparameters
inline constexpr unsigned kCsv = 128;         ///< csv as a format
inline constexpr unsigned kTrained = 256;     ///< what is trained on all data, and where that goes
inline constexpr unsigned kWatch = 512;       ///< to look again and again
inline constexpr unsigned kFetch = 1024;      ///< LibTorch
inline constexpr unsigned kObjective = 2048;  ///< one of the study's objectives
inline constexpr unsigned kFolder = 4096;     ///< where a project is made
inline constexpr unsigned kReport = 8192;     ///< a page for browsers, and where that goes
inline constexpr unsigned kSchema = 16384;    ///< json-schema as a format
}  // namespace takes

struct Verb {
  std::string name, arguments, text;
  unsigned takes = takes::kNothing;
  std::size_t most_arguments = 0;
  std::string details = {};
  std::vector<std::string> examples = {};  ///< after `pegbox `

  bool has(unsigned what) const { return (takes & what) != 0; }
};

/// In the order in which the help lists them.
const std::vector<Verb>& verb_table();

/// Throws `UsageError` with the nearest name where there is none of that name.
const Verb& find_verb(const std::string& name);

bool is_verb(const std::string& name);

}  // namespace pegbox
