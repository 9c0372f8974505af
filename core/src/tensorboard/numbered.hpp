#pragma once

#include <cstddef>
#include <string>

namespace pegbox {

/// `00007`: so many digits that the order of names is that of numbers.
std::string numbered(std::size_t number);

}  // namespace pegbox
