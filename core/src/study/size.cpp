#include "size.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>

#include "mistake.hpp"

namespace pegbox {
namespace {

std::optional<double> parsed_size(std::string_view text) {
  static const std::map<std::string_view, double> units{{"", 1},     {"B", 1},    {"kB", 1e3}, {"KB", 1e3},
                                                        {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}};
  if (text.empty() || text.front() < '0' || text.front() > '9') return {};
  double count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc()) return {};
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto unit = units.find(text);
  if (unit == units.end()) return {};
  return count * unit->second;
}

}  // namespace

std::int64_t size(const Entry& entry) {
  constexpr double kLargest = 1e15;
  const auto bytes = entry.second.kind == Node::Kind::scalar ? parsed_size(entry.second.text) : std::nullopt;
  if (bytes && *bytes >= 1 && *bytes <= kLargest) return std::llround(*bytes);
  throw mistake(entry.second.place,
                "'" + entry.first + "' is a size from 1 byte on, such as 512MB or 2GB, not " + shown(entry.second));
}

}  // namespace pegbox
