#include "importance_text.hpp"

#include <cmath>
#include <vector>

#include <pegbox/value.hpp>

#include "csv.hpp"
#include "table.hpp"

namespace pegbox {
namespace {

constexpr int kBar = 30;               ///< length of 100 %
constexpr std::size_t kMostPairs = 5;  ///< that are shown
constexpr double kWeakest = 0.005;     ///< a pair that is shown has this share
constexpr int kFew = 100;              ///< trials below which shares are rough
constexpr double kLittle = 0.5;        ///< what is foretold, below which shares are rough

using Row = std::vector<std::string>;

std::string percent(double part) { return std::to_string(std::lround(100 * part)) + " %"; }

/// Percents below one another end in the same column.
std::string padded(const std::string& text) { return std::string(text.size() < 5 ? 5 - text.size() : 0, ' ') + text; }

Row row_of(const std::string& name, double share) {
  Row row{name, padded(percent(share))};
  const auto bar = static_cast<std::size_t>(std::lround(kBar * share));
  if (bar > 0) row.emplace_back(bar, '#');
  return row;
}

}  // namespace

std::string importances_text(const Importances& found, const std::string& metric) {
  std::vector<Row> rows{{"hyperparameter", "share"}};
  for (const auto& [name, share] : found.single) rows.push_back(row_of(name, share));
  std::vector<Row> pairs{{"pair", "share"}};
  for (const auto& [first, second, share] : found.pairs) {
    if (share < kWeakest || pairs.size() > kMostPairs) break;
    pairs.push_back(row_of(first + " and " + second, share));
  }
  std::string text = aligned(rows);
  if (pairs.size() > 1) text += '\n' + aligned(pairs);
  return text + '\n' + trust_text(found, metric) + '\n';
}

std::string trust_text(const Importances& found, const std::string& metric) {
  std::string text = "from " + std::to_string(found.trials);
  if (found.usable > found.trials) text += " of " + std::to_string(found.usable);
  text += " complete trials; trees that learned from some of them foretell " + percent(found.explained) +
          " of the variance of " + metric + " in the others";
  if (found.explained < kLittle) {
    text += ", so do not trust these shares: more trials would help, or the objective is mostly noise";
  } else if (found.trials < kFew) {
    text += "; with fewer than " + std::to_string(kFew) + " trials, shares are rough";
  }
  return text;
}

std::string importances_csv(const Importances& found) {
  const auto exact = [](double number) { return to_string(Value(number)); };
  std::vector<Row> rows{{"hyperparameter", "with", "share"}};
  for (const auto& [name, share] : found.single) rows.push_back({name, "", exact(share)});
  for (const auto& [first, second, share] : found.pairs) rows.push_back({first, second, exact(share)});
  return csv_text(rows);
}

}  // namespace pegbox
