#pragma once

#include <functional>
#include <string>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

namespace pegbox {

/// The message of the `StudyError` that the call throws, or an empty text.
inline std::string fault_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const StudyError& error) {
    return error.what();
  }
  return {};
}

/// A message that begins with the place and holds the words.
inline auto mistake_at(const std::string& place, const std::string& words) {
  return testing::AllOf(testing::StartsWith(place + ": "), testing::HasSubstr(words));
}

}  // namespace pegbox
