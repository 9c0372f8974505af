#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pegbox {

/// Throws `StudyError` with `source:line: what`.
[[noreturn]] void refuse_line(const std::string& source, std::size_t line, const std::string& what);

/// A value as a message shows it: in single quotes, on one line, cut after about 40 bytes.
std::string shown(std::string_view value);

}  // namespace pegbox
