#include "split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>
#include <pegbox/value.hpp>

namespace pegbox {
namespace {

using Positions = std::vector<std::int64_t>;

std::int64_t held_out(std::int64_t rows, double fraction) {
  if (rows < 2) throw StudyError("the data has " + std::to_string(rows) + " rows; a split needs at least two");
  if (!(fraction > 0 && fraction < 1)) {
    throw StudyError("the part to validate on is " + to_string(Value(fraction)) + "; it must be between 0 and 1");
  }
  return std::clamp<std::int64_t>(std::llround(fraction * static_cast<double>(rows)), 1, rows - 1);
}

/// Gives the first `share` of the shuffled positions to validation, the others to training.
void deal(Positions positions, std::int64_t share, Random& random, Split& split) {
  random.shuffle(positions);
  const auto end = positions.begin() + share;
  split.validation.insert(split.validation.end(), positions.begin(), end);
  split.train.insert(split.train.end(), end, positions.end());
}

Split sorted(Split split) {
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

/// Most rows of a class to validate on.
std::int64_t room(std::int64_t size) { return size > 1 ? size - 1 : size; }

/// How many rows of each class to validate on, by largest remainder.
std::vector<std::int64_t> shares(const std::vector<std::int64_t>& sizes, double fraction) {
  const std::int64_t rows = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  const std::int64_t total = held_out(rows, fraction);
  std::vector<std::int64_t> result;
  std::int64_t places = 0;
  for (const std::int64_t size : sizes) {
    result.push_back(total * size / rows);
    places += room(size);
  }
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto remainder = [&](std::size_t i) { return total * sizes[i] % rows; };
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return remainder(a) > remainder(b); });

  std::int64_t left = std::min(total, places) - std::accumulate(result.begin(), result.end(), std::int64_t{0});
  while (left > 0) {  // a second round where small classes were full
    for (const std::size_t i : order) {
      if (left == 0 || result[i] == room(sizes[i])) continue;
      ++result[i];
      --left;
    }
  }
  return result;
}

}  // namespace

Split random_split(std::int64_t rows, double fraction, std::uint64_t seed) {
  const std::int64_t share = held_out(rows, fraction);
  Positions positions(static_cast<std::size_t>(rows));
  std::iota(positions.begin(), positions.end(), std::int64_t{0});
  Random random(seed, 0, "split");
  Split split;
  deal(std::move(positions), share, random, split);
  return sorted(std::move(split));
}

Split stratified_split(std::span<const std::int64_t> labels, double fraction, std::uint64_t seed) {
  std::map<std::int64_t, Positions> classes;
  for (std::size_t i = 0; i < labels.size(); ++i) classes[labels[i]].push_back(static_cast<std::int64_t>(i));
  std::vector<std::int64_t> sizes;
  for (const auto& [label, positions] : classes) sizes.push_back(static_cast<std::int64_t>(positions.size()));
  const std::vector<std::int64_t> share = shares(sizes, fraction);
  Random random(seed, 0, "split");
  Split split;
  std::size_t index = 0;
  for (auto& [label, positions] : classes) deal(std::move(positions), share[index++], random, split);
  return sorted(std::move(split));
}

}  // namespace pegbox
