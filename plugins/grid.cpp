#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <unordered_set>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// The values of one hyperparameter, numbered from 0 in ascending order, or in the order of the choices. Whole numbers
/// are all taken, on a `log` range too; a real range without a step is cut into `points` evenly spaced places.
class Axis {
 public:
  Axis(const Parameter& parameter, std::int64_t points)
      : parameter_(parameter), size_(cardinality(parameter.domain)), by_points_(size_ == 0) {
    if (!by_points_) return;
    if (points == 0) {
      throw StudyError("hyperparameter '" + parameter.name + "' has no end of values to try one by one: give it a " +
                       "step or a list of values, or give the setting 'points'");
    }
    size_ = points;
    for (std::uint64_t k = 0; k < size(); ++k) {
      if (find(value(k)) == k) continue;
      throw StudyError("hyperparameter '" + parameter.name + "' has too narrow a range for " + std::to_string(points) +
                       " different values: give fewer 'points'");
    }
  }

  const Parameter& parameter() const { return parameter_; }
  std::uint64_t size() const { return static_cast<std::uint64_t>(size_); }

  /// Whether neighbours are in the order of their numbers.
  bool ascending() const { return ordered(parameter_.domain); }

  Value value(std::uint64_t number) const {
    if (const auto* whole = std::get_if<Integer>(&parameter_.domain)) {
      return whole->low + static_cast<std::int64_t>(number) * whole->step;
    }
    const auto k = static_cast<double>(number);
    const auto n = static_cast<double>(size_);
    return from_unit(parameter_.domain, by_points_ ? k / (n - 1) : (k + 0.5) / n);
  }

  /// The number of a value of the domain; nothing where it lies between the places.
  std::optional<std::uint64_t> find(const Value& value) const {
    if (const auto* whole = std::get_if<Integer>(&parameter_.domain)) {
      return static_cast<std::uint64_t>((std::get<std::int64_t>(value) - whole->low) / whole->step);
    }
    const double place = to_unit(parameter_.domain, value);
    const double k = by_points_ ? place * static_cast<double>(size_ - 1) : place * static_cast<double>(size_) - 0.5;
    constexpr double kRounding = 1e-6;
    if (by_points_ && std::abs(k - std::round(k)) > kRounding) return {};
    return static_cast<std::uint64_t>(std::llround(k));
  }

 private:
  Parameter parameter_;
  std::int64_t size_;
  bool by_points_;
};

/// For each hyperparameter of a group, whether its conditions hold as far as they are decided; true once it is past.
using Alive = std::vector<bool>;

/// Hyperparameters that depend on each other, in an order where each comes after those it depends on, and the number
/// of their different combinations. Counted by dynamic programming: at a place in the order only `Alive` matters of
/// what came before, so that a tree of conditions costs as much as it has branches, not as it has combinations.
class Group {
 public:
  explicit Group(std::vector<Axis> axes) : axes_(std::move(axes)) {
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      dependants_.push_back(dependants(i));
      parts_.push_back(parts(i));
    }
    total_ = count(0, Alive(axes_.size(), true));
  }

  /// Exact where it is below 2^63.
  std::uint64_t size() const { return total_.exact; }
  long double about() const { return total_.about; }

  /// Adds the values of a combination to `params`.
  void write(std::uint64_t combination, Params& params) const {
    Alive alive(axes_.size(), true);
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (!alive[i]) {
        alive = inactive(i, alive);
        continue;
      }
      for (const Part& part : parts_[i]) {
        const Alive next = active(i, part, alive);
        const std::uint64_t each = known(i + 1, next);
        if (combination >= part.size * each) {
          combination -= part.size * each;
          continue;
        }
        params.set(axes_[i].parameter().name, axes_[i].value(part.first + combination / each));
        combination %= each;
        alive = next;
        break;
      }
    }
  }

  /// The inverse of `write`; nothing for a point between the places, or one that is not whole.
  std::optional<std::uint64_t> find(const Params& params) const {
    std::uint64_t combination = 0;
    Alive alive(axes_.size(), true);
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      const std::string& name = axes_[i].parameter().name;
      if (params.has(name) != alive[i]) return {};
      if (!alive[i]) {
        alive = inactive(i, alive);
        continue;
      }
      if (misfit(axes_[i].parameter().domain, params.at(name))) return {};
      const auto number = axes_[i].find(params.at(name));
      if (!number) return {};
      for (const Part& part : parts_[i]) {
        const Alive next = active(i, part, alive);
        const std::uint64_t each = known(i + 1, next);
        combination += std::min(*number - part.first, part.size) * each;
        if (*number >= part.first + part.size) continue;
        alive = next;
        break;
      }
    }
    return combination;
  }

 private:
  /// A hyperparameter with a condition on another one.
  struct Dependant {
    std::size_t index;
    Condition condition;
  };

  /// Neighbouring values of one hyperparameter that leave the same dependants inactive.
  struct Part {
    std::uint64_t first, size;
    std::vector<std::size_t> off;
  };

  /// Wraps around where `about` is too large.
  struct Count {
    std::uint64_t exact;
    long double about;
  };

  /// The first number whose value is as the test asks; the values are such from there on.
  template <class Test>
  static std::uint64_t first(const Axis& axis, const Test& test) {
    std::uint64_t low = 0, high = axis.size();
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (test(as_number(axis.value(middle)))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /// The numbers of the values at which one of the conditions may change, with 0 and the end.
  static std::vector<std::uint64_t> borders(const Axis& axis, const std::vector<Dependant>& dependants) {
    std::vector<std::uint64_t> result = {0, axis.size()};
    for (const Dependant& dependant : dependants) {
      const Condition& condition = dependant.condition;
      for (const Value& value : condition.values) {
        const auto number = axis.find(conform(axis.parameter().domain, value));
        if (number) result.insert(result.end(), {*number, *number + 1});
      }
      if (!condition.values.empty()) continue;
      if (!axis.ascending()) {
        for (std::uint64_t k = 0; k < axis.size(); ++k) result.push_back(k);
        continue;
      }
      result.push_back(first(axis, [&](double value) { return value >= condition.low; }));
      result.push_back(first(axis, [&](double value) { return value > condition.high; }));
    }
    std::ranges::sort(result);
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
  }

  std::vector<Dependant> dependants(std::size_t index) const {
    std::vector<Dependant> result;
    for (std::size_t i = index + 1; i < axes_.size(); ++i) {
      for (const Condition& condition : axes_[i].parameter().when) {
        if (condition.parameter == axes_[index].parameter().name) result.push_back({i, condition});
      }
    }
    return result;
  }

  std::vector<Part> parts(std::size_t index) const {
    const Axis& axis = axes_[index];
    const auto border = borders(axis, dependants_[index]);
    std::vector<Part> result;
    for (std::size_t b = 0; b + 1 < border.size(); ++b) {
      const Params value = {{axis.parameter().name, axis.value(border[b])}};
      Part part = {border[b], border[b + 1] - border[b], {}};
      for (const Dependant& dependant : dependants_[index]) {
        if (!dependant.condition.holds(value)) part.off.push_back(dependant.index);
      }
      result.push_back(std::move(part));
    }
    return result;
  }

  static Alive active(std::size_t index, const Part& part, Alive alive) {
    for (const std::size_t off : part.off) alive[off] = false;
    alive[index] = true;
    return alive;
  }

  Alive inactive(std::size_t index, Alive alive) const {
    for (const Dependant& dependant : dependants_[index]) alive[dependant.index] = false;
    alive[index] = true;
    return alive;
  }

  Count count(std::size_t index, const Alive& alive) {
    if (index == axes_.size()) return {1, 1};
    if (!alive[index]) return count(index + 1, inactive(index, alive));
    const auto key = std::pair(index, alive);
    if (const auto found = counts_.find(key); found != counts_.end()) return found->second;
    Count sum = {0, 0};
    for (const Part& part : parts_[index]) {
      const Count each = count(index + 1, active(index, part, alive));
      sum.exact += part.size * each.exact;
      sum.about += static_cast<long double>(part.size) * each.about;
    }
    constexpr std::size_t kMost = 20'000;
    if (counts_.size() >= kMost) {
      throw StudyError("the conditions around hyperparameter '" + axes_[index].parameter().name +
                       "' are too entangled to list their combinations: use fewer conditions or another strategy");
    }
    counts_.emplace(key, sum);
    return sum;
  }

  std::uint64_t known(std::size_t index, Alive alive) const {
    while (index < axes_.size() && !alive[index]) {
      alive = inactive(index, alive);
      ++index;
    }
    return index == axes_.size() ? 1 : counts_.at({index, std::move(alive)}).exact;
  }

  std::vector<Axis> axes_;
  std::vector<std::vector<Dependant>> dependants_;
  std::vector<std::vector<Part>> parts_;
  std::map<std::pair<std::size_t, Alive>, Count> counts_;
  Count total_;
};

/// The positions of a space's hyperparameters, those that depend on each other together. In each group a position
/// comes as soon as those it depends on are past, which keeps few of them open at a time.
std::vector<std::vector<std::size_t>> groups(const SearchSpace& space) {
  std::vector<std::vector<std::size_t>> children(space.size()), neighbours(space.size());
  std::vector<std::size_t> missing(space.size(), 0);
  for (std::size_t i = 0; i < space.size(); ++i) {
    for (const Condition& condition : space[i].when) {
      const std::size_t parent = *space.find(condition.parameter);
      children[parent].push_back(i);
      neighbours[parent].push_back(i);
      neighbours[i].push_back(parent);
      ++missing[i];
    }
  }
  std::vector<std::vector<std::size_t>> result;
  std::vector<bool> seen(space.size(), false);
  for (std::size_t start = 0; start < space.size(); ++start) {
    if (seen[start]) continue;
    std::vector<std::size_t> members = {start}, open, order;
    seen[start] = true;
    for (std::size_t m = 0; m < members.size(); ++m) {
      for (const std::size_t next : neighbours[members[m]]) {
        if (!seen[next]) members.push_back(next);
        seen[next] = true;
      }
    }
    std::ranges::sort(members, std::greater());
    std::ranges::copy_if(members, std::back_inserter(open), [&](std::size_t i) { return missing[i] == 0; });
    while (!open.empty()) {
      const std::size_t index = open.back();
      open.pop_back();
      order.push_back(index);
      for (const std::size_t child : children[index]) {
        if (--missing[child] == 0) open.push_back(child);
      }
    }
    result.push_back(std::move(order));
  }
  return result;
}

/// All different points of a space, numbered from 0: mixed radix over its groups. Nothing is stored for a point.
class Points {
 public:
  Points(const SearchSpace& space, std::int64_t points) {
    long double about = 1;
    for (const auto& members : groups(space)) {
      std::vector<Axis> axes;
      for (const std::size_t index : members) axes.emplace_back(space[index], points);
      const Group& group = groups_.emplace_back(std::move(axes));
      about *= group.about();
      size_ *= group.size();
    }
    constexpr long double kMost = 0x1.0p62L;
    if (about <= kMost) return;
    throw StudyError("the grid has " + to_string(Value(static_cast<double>(about))) + " points, more than the " +
                     to_string(Value(static_cast<double>(kMost))) +
                     " that can be counted: use larger steps or fewer values");
  }

  std::uint64_t size() const { return size_; }

  Params at(std::uint64_t number) const {
    Params params;
    for (const Group& group : groups_) {
      group.write(number % group.size(), params);
      number /= group.size();
    }
    return params;
  }

  /// The inverse of `at`; nothing for a point off the grid.
  std::optional<std::uint64_t> find(const Params& params) const {
    std::uint64_t number = 0, radix = 1;
    for (const Group& group : groups_) {
      const auto combination = group.find(params);
      if (!combination) return {};
      number += *combination * radix;
      radix *= group.size();
    }
    return number;
  }

 private:
  std::vector<Group> groups_;
  std::uint64_t size_ = 1;
};

/// A random order of 0 … size − 1 that is computed, not stored: a Feistel network on the next even number of bits,
/// applied again until it lands in the range (J. Black, P. Rogaway, "Ciphers with arbitrary finite domains", CT-RSA
/// 2002). The network covers less than four times the range, so that it is applied less than four times on average.
class Order {
 public:
  Order(std::uint64_t size, std::uint64_t seed)
      : size_(size),
        half_(std::max((static_cast<int>(std::bit_width(size - 1)) + 1) / 2, 1)),
        mask_((1U << half_) - 1) {
    const std::uint64_t key = Random(seed, 0, "grid")();
    key_ = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
  }

  std::uint64_t at(std::uint64_t place) const {
    do {
      place = mixed(place);
    } while (place >= size_);
    return place;
  }

 private:
  std::uint64_t mixed(std::uint64_t bits) const {
    constexpr std::uint32_t kRounds = 8;
    auto left = static_cast<std::uint32_t>(bits >> half_);
    auto right = static_cast<std::uint32_t>(bits) & mask_;
    for (std::uint32_t round = 0; round < kRounds; ++round) {
      left = std::exchange(right, left ^ (philox({right, round, 0, 0}, key_)[0] & mask_));
    }
    return std::uint64_t{left} << half_ | right;
  }

  std::uint64_t size_;
  int half_;
  std::uint32_t mask_;
  std::array<std::uint32_t, 2> key_;
};

/// Every point of the space once, in an order shuffled by the seed. Points that somebody else tried (the defaults,
/// enqueued ones) are passed over, failed ones too. Memory grows with the trials, not with the grid, and so does time.
class Grid : public Strategy {
 public:
  static std::vector<Setting> settings() {
    return {{"points", Integer{0, 1000}, 0,
             "values of each real hyperparameter without a step, evenly spaced, 2 or more; 0: none may be such"}};
  }

  explicit Grid(const StrategyContext& context)
      : points_(context.space, points(context)), order_(points_.size(), context.seed), epochs_(context.epochs) {}

  Move ask(const Turn& turn) override {
    std::unordered_set<std::uint64_t> running;
    for (const Trial* trial : turn.running) {
      if (const auto point = points_.find(trial->params)) running.insert(*point);
    }
    for (std::uint64_t place = next_; place < points_.size(); ++place) {
      const std::uint64_t point = order_.at(place);
      if (!tried_.contains(point) && !running.contains(point)) return Start{points_.at(point), epochs_};
    }
    return Done{};
  }

  void tell(const Trial& trial) override {
    if (const auto point = points_.find(trial.params)) tried_.insert(*point);
    while (next_ < points_.size() && tried_.contains(order_.at(next_))) ++next_;
  }

 private:
  static std::int64_t points(const StrategyContext& context) {
    const auto points = context.settings.get<std::int64_t>("points");
    if (points == 1) throw StudyError("setting 'points' is 2 or more, or 0 for none, not 1");
    return points;
  }

  Points points_;
  Order order_;
  Budget epochs_;
  std::unordered_set<std::uint64_t> tried_;
  std::uint64_t next_ = 0;  // all places before it are tried
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::Grid, "grid", "every point of the search space once, in random order");
