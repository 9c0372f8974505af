#include "number.hpp"

#include <charconv>

namespace pegbox {

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, value);
  if (fault == std::errc::invalid_argument || rest != end) return {};
  if (fault != std::errc::result_out_of_range) return value;
  const bool tiny = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
  return tiny ? 0 : std::numeric_limits<double>::infinity();
}

}  // namespace pegbox
