#include "axis.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pegbox {
namespace {

/// Borders that are closer tell nothing apart.
constexpr double kClosest = 1e-9;

/// Where the k-th of the domain's values ends, from 1 on.
double end_of_value(const Domain& domain, std::int64_t k, std::int64_t count) {
  if (const auto* integer = std::get_if<Integer>(&domain); integer != nullptr && integer->log) {
    const double low = std::log(static_cast<double>(integer->low) - 0.5);
    const double high = std::log(static_cast<double>(integer->high) + 0.5);
    return (std::log(static_cast<double>(integer->low + k) - 0.5) - low) / (high - low);
  }
  return static_cast<double>(k) / static_cast<double>(count);
}

std::vector<double> borders_of_values(const Domain& domain, std::int64_t count) {
  const std::int64_t bins = std::min<std::int64_t>(count, kMostBins);
  std::vector<double> borders;
  for (std::int64_t i = 1; i < bins; ++i) borders.push_back(end_of_value(domain, i * count / bins, count));
  return borders;
}

/// Halfway between the places that a border is to part.
std::vector<double> borders_between(std::vector<double> places) {
  std::sort(places.begin(), places.end());
  constexpr int kEach = kMostBins / 2;
  std::vector<double> borders;
  for (int i = 1; i < kEach; ++i) {
    borders.push_back(static_cast<double>(i) / kEach);
    const std::size_t above = static_cast<std::size_t>(i) * places.size() / kEach;
    if (above > 0) borders.push_back((places[above - 1] + places[above]) / 2);
  }
  std::sort(borders.begin(), borders.end());
  return borders;
}

}  // namespace

int Axis::bin(double place) const {
  const auto found = std::upper_bound(upper.begin(), upper.end() - 1, place);
  return static_cast<int>(found - upper.begin());
}

double Axis::length(BinSet bins) const {
  double sum = 0;
  for (bins &= all(); bins != 0; bins &= bins - 1) sum += measure[static_cast<std::size_t>(std::countr_zero(bins))];
  return sum;
}

Axis make_axis(const Domain& domain, std::vector<double> places) {
  const std::int64_t count = cardinality(domain);
  const bool by_value = count > 0 && (count <= kMostBins || !ordered(domain));
  Axis axis;
  axis.ordered = ordered(domain);
  double last = 0;
  for (const double border : by_value ? borders_of_values(domain, count) : borders_between(std::move(places))) {
    if (border - last < kClosest || 1 - border < kClosest) continue;
    axis.upper.push_back(border);
    axis.measure.push_back(border - last);
    last = border;
  }
  axis.upper.push_back(1);
  axis.measure.push_back(1 - last);
  return axis;
}

}  // namespace pegbox
