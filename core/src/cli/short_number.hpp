#pragma once

#include <string>

namespace pegbox {

/// For people: five digits that matter.
std::string short_number(double number);

}  // namespace pegbox
