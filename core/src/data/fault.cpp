#include "fault.hpp"

namespace pegbox {

StudyError fault(const std::filesystem::path& file, const std::string& what) {
  return StudyError("'" + file.string() + "': " + what);
}

}  // namespace pegbox
