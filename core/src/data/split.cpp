#include "split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>
#include <pegbox/value.hpp>

namespace pegbox {
namespace {

using Positions = std::vector<std::int64_t>;
using Sizes = std::vector<std::int64_t>;

std::size_t at(std::int64_t position) { return static_cast<std::size_t>(position); }

std::int64_t label_of(const SplitRows& rows, std::int64_t row) {
  return rows.labels.empty() ? 0 : rows.labels[at(row)];
}

/// The rows of each class, ascending; all in one where there are no classes.
std::map<std::int64_t, Positions> by_class(const SplitRows& rows) {
  std::map<std::int64_t, Positions> classes;
  for (std::int64_t row = 0; row < rows.count; ++row) classes[label_of(rows, row)].push_back(row);
  return classes;
}

void check_fraction(double fraction) {
  if (fraction > 0 && fraction < 1) return;
  throw StudyError("the part to hold out is " + to_string(Value(fraction)) + "; it must be between 0 and 1");
}

std::int64_t share_of(std::int64_t rows, double fraction) {
  if (rows < 2) throw StudyError("the data has " + std::to_string(rows) + " rows; a split needs at least two");
  check_fraction(fraction);
  return std::clamp<std::int64_t>(std::llround(fraction * static_cast<double>(rows)), 1, rows - 1);
}

Split sorted(Split split) {
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

/// Most rows of a class to validate on.
std::int64_t room(std::int64_t size) { return size > 1 ? size - 1 : size; }

/// How many rows of each class to validate on, by largest remainder.
Sizes shares(const Sizes& sizes, double fraction) {
  const std::int64_t rows = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  const std::int64_t total = share_of(rows, fraction);
  Sizes result;
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

Split held_out_rows(const SplitRows& rows, double fraction, Random& random) {
  auto classes = by_class(rows);
  Sizes sizes;
  for (const auto& [label, positions] : classes) sizes.push_back(static_cast<std::int64_t>(positions.size()));
  const Sizes share = rows.labels.empty() ? Sizes{share_of(rows.count, fraction)} : shares(sizes, fraction);
  Split split;
  std::size_t index = 0;
  for (auto& [label, positions] : classes) {
    random.shuffle(positions);
    const auto end = positions.begin() + share[index++];
    split.validation.insert(split.validation.end(), positions.begin(), end);
    split.train.insert(split.train.end(), end, positions.end());
  }
  return sorted(std::move(split));
}

/// Rows that stay together, and how many of each class they are.
struct Group {
  Positions rows;
  std::map<std::int64_t, double> classes;
};

/// In a random order, the large before the small.
std::vector<Group> groups_of(const SplitRows& rows, Random& random) {
  std::map<std::int64_t, Group> found;
  for (std::int64_t row = 0; row < rows.count; ++row) {
    Group& group = found[rows.groups[at(row)]];
    group.rows.push_back(row);
    ++group.classes[label_of(rows, row)];
  }
  std::vector<Group> groups;
  for (auto& [number, group] : found) groups.push_back(std::move(group));
  random.shuffle(groups);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.rows.size() > b.rows.size(); });
  return groups;
}

/// Deals groups into parts of stated shares of the rows.
class Dealer {
 public:
  Dealer(const SplitRows& rows, std::vector<double> shares) : shares_(std::move(shares)), parts_(shares_.size()) {
    for (std::int64_t row = 0; row < rows.count; ++row) ++totals_[label_of(rows, row)];
  }

  void deal(const Group& group) {
    std::size_t best = 0;
    for (std::size_t part = 1; part < parts_.size(); ++part) {
      if (std::pair(change(part, group), filled(part)) < std::pair(change(best, group), filled(best))) best = part;
    }
    Group& part = parts_[best];
    part.rows.insert(part.rows.end(), group.rows.begin(), group.rows.end());
    for (const auto& [label, count] : group.classes) part.classes[label] += count;
  }

  const Positions& part(std::size_t index) const { return parts_[index].rows; }

 private:
  /// Decides between parts that have no row of the group's classes.
  double filled(std::size_t index) const { return static_cast<double>(parts_[index].rows.size()) / shares_[index]; }

  /// By how much the group moves the part away from its share, over all classes, each in parts of its size; negative
  /// where it moves nearer.
  double change(std::size_t index, const Group& group) const {
    double sum = 0;
    for (const auto& [label, count] : group.classes) {
      const double total = totals_.at(label);
      const double share = shares_[index];
      const auto has = parts_[index].classes.find(label);
      const double before = (has == parts_[index].classes.end() ? 0 : has->second / total) - share;
      const double after = before + count / total;
      sum += (after * after - before * before) / share;
    }
    return sum;
  }

  std::vector<double> shares_;
  std::vector<Group> parts_;
  std::map<std::int64_t, double> totals_;  ///< rows of each class
};

Split split_around(const SplitRows& rows, const Positions& validation) {
  std::vector<char> held(at(rows.count), 0);
  for (const std::int64_t row : validation) held[at(row)] = 1;
  Split split;
  for (std::int64_t row = 0; row < rows.count; ++row) (held[at(row)] ? split.validation : split.train).push_back(row);
  return split;
}

Split held_out_groups(const SplitRows& rows, double fraction, Random& random) {
  check_fraction(fraction);
  const std::vector<Group> groups = groups_of(rows, random);
  if (groups.size() < 2) throw StudyError("all rows are of one group; a split needs at least two groups");
  Dealer dealer(rows, {fraction, 1 - fraction});
  for (const Group& group : groups) dealer.deal(group);
  Split split = split_around(rows, dealer.part(0));
  // Few large groups may all fall to one part.
  if (split.validation.empty()) split = split_around(rows, groups.back().rows);
  if (split.train.empty()) {
    Positions all_but_one = dealer.part(0);
    std::erase_if(all_but_one, [&](std::int64_t row) { return std::ranges::count(groups.back().rows, row) > 0; });
    split = split_around(rows, all_but_one);
  }
  return split;
}

/// `1 row`, `2 rows`.
std::string counted(std::ptrdiff_t count, const std::string& noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

StudyError too_few(const std::string& what, int count) {
  return StudyError(what + ", fewer than the " + std::to_string(count) + " folds; say fewer 'folds'");
}

/// Rows one after the other, class by class, each to the next fold: so folds differ by at most one row, also in each
/// class.
std::vector<Positions> dealt_rows(const SplitRows& rows, int count, Random& random,
                                  std::span<const std::string> classes) {
  if (rows.count < count) throw too_few("the data has " + counted(rows.count, "row"), count);
  std::vector<Positions> parts(static_cast<std::size_t>(count));
  std::size_t next = 0;
  for (auto& [label, positions] : by_class(rows)) {
    if (!rows.labels.empty() && std::ssize(positions) < count) {
      const std::string name = at(label) < classes.size() ? classes[at(label)] : std::to_string(label);
      throw too_few("class '" + name + "' has " + counted(std::ssize(positions), "row"), count);
    }
    Positions shuffled = positions;
    random.shuffle(shuffled);
    for (const std::int64_t row : shuffled) parts[next++ % parts.size()].push_back(row);
  }
  return parts;
}

std::vector<Positions> dealt_groups(const SplitRows& rows, int count, Random& random) {
  const std::vector<Group> groups = groups_of(rows, random);
  if (std::ssize(groups) < count) throw too_few("the data has " + counted(std::ssize(groups), "group"), count);
  const auto parts = static_cast<std::size_t>(count);
  Dealer dealer(rows, std::vector<double>(parts, 1.0 / count));
  for (const Group& group : groups) dealer.deal(group);
  // None is empty: a group goes nowhere else while a part is.
  std::vector<Positions> result;
  for (std::size_t part = 0; part < parts; ++part) result.push_back(dealer.part(part));
  return result;
}

}  // namespace

Split held_out(const SplitRows& rows, double fraction, const SplitKey& key) {
  Random random(key.seed, static_cast<std::int64_t>(key.index), key.stream);
  return rows.groups.empty() ? held_out_rows(rows, fraction, random) : held_out_groups(rows, fraction, random);
}

std::vector<Split> folds(const SplitRows& rows, int count, const SplitKey& key, std::span<const std::string> classes) {
  Random random(key.seed, static_cast<std::int64_t>(key.index), key.stream);
  const std::vector<Positions> parts =
      rows.groups.empty() ? dealt_rows(rows, count, random, classes) : dealt_groups(rows, count, random);
  std::vector<Split> splits;
  for (const Positions& part : parts) splits.push_back(split_around(rows, part));
  return splits;
}

}  // namespace pegbox
