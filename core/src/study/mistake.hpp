#pragma once

#include <string>
#include <string_view>

#include <pegbox/error.hpp>

#include "document.hpp"

namespace pegbox {

/// The error `place: what`, on one line and not endless, whatever texts of the user went into it.
StudyError mistake(const std::string& place, std::string what);

/// For messages: the text of a scalar, `nothing`, `a list`, `a map`.
std::string shown(const Node& node);

/// Throws unless the text can be a name: 1 to 512 bytes, no control characters. `owner` opens the message: `the study`.
void check_name(const std::string& name, const std::string& owner, const std::string& place);

}  // namespace pegbox
