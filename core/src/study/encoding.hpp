#pragma once

#include <string>
#include <string_view>

namespace pegbox {

/// Throws `StudyError` with `source:line:column` of the first byte that is not UTF-8 or is a control character other
/// than tab and line end.
void check_encoding(std::string_view text, const std::string& source);

}  // namespace pegbox
