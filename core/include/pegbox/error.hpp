#pragma once

#include <stdexcept>

namespace pegbox {

/// The study asks for something that cannot be: an impossible range, an unknown setting, an objective that a strategy
/// cannot take. The message is one sentence that names what is wrong and what would be right; the host exits with 2.
class StudyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace pegbox
