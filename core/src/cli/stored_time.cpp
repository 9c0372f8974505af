#include "stored_time.hpp"

#include <chrono>
#include <sstream>

namespace pegbox {

std::optional<double> seconds_of(const std::string& time) {
  int year = 0, hour = 0, minute = 0;
  unsigned month = 0, day = 0;
  double second = 0;
  char dash = '\0', other_dash = '\0', colon = '\0', other_colon = '\0';
  std::istringstream stream(time);
  stream >> year >> dash >> month >> other_dash >> day >> hour >> colon >> minute >> other_colon >> second;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  const bool marks = dash == '-' && other_dash == '-' && colon == ':' && other_colon == ':';
  if (!stream || !marks || !date.ok()) return {};
  const std::chrono::duration<double> days = std::chrono::sys_days(date).time_since_epoch();
  return days.count() + (hour * 60 + minute) * 60 + second;
}

}  // namespace pegbox
