#pragma once

#include <string>
#include <string_view>

namespace pegbox {

/// The text with `to` in each place where it has `from`, which is not empty. What is put in is not looked at again.
std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace pegbox
