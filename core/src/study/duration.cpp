#include "duration.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "mistake.hpp"

namespace pegbox {
namespace {

/// Numbers with units, from the largest unit to the smallest, or one number alone.
std::optional<double> parsed_duration(std::string_view text) {
  constexpr std::string_view kUnits = "dhms";
  constexpr std::array<double, 4> kSeconds{86400, 3600, 60, 1};
  double sum = 0;
  std::size_t next = 0;
  for (bool first = true; first || !text.empty(); first = false) {
    double count = 0;
    if (text.empty() || text.front() < '0' || text.front() > '9') return {};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc()) return {};
    if (first && stop == end) return count;
    const std::size_t unit = stop == end ? std::string_view::npos : kUnits.find(*stop, next);
    if (unit == std::string_view::npos) return {};
    sum += count * kSeconds[unit];
    next = unit + 1;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
  }
  return sum;
}

}  // namespace

double duration(const Entry& entry) {
  constexpr double kLongest = 1e9;
  const auto seconds = entry.second.kind == Node::Kind::scalar ? parsed_duration(entry.second.text) : std::nullopt;
  if (seconds && *seconds > 0 && *seconds <= kLongest) return *seconds;
  throw mistake(entry.second.place,
                "'" + entry.first + "' is a time above 0 such as 10m, 1h30m or 60s, not " + shown(entry.second));
}

}  // namespace pegbox
