#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// How good a trial was: what trained longer comes first.
struct Merit {
  Budget epochs;
  double cost;

  bool operator<(const Merit& other) const { return std::tuple(-epochs, cost) < std::tuple(-other.epochs, other.cost); }
};

/// How a point is made: the factor of differences and the part of the coordinates that are changed. Each member has its
/// own pair, and a child inherits it or, one time in ten, gets a new one; so the good ones spread (jDE: J. Brest et
/// al., "Self-adapting control parameters in differential evolution", 2006). A pure function of seed, trial and parent.
struct Control {
  double factor = 0.5;
  double rate = 0.9;

  Control inherited(std::uint64_t seed, int trial) const {
    constexpr double kRenewed = 0.1;
    Random random(seed, trial, "de control");
    const double a = random.uniform(), b = random.uniform(), c = random.uniform(), d = random.uniform();
    return {a < kRenewed ? 0.1 + 0.9 * b : factor, c < kRenewed ? d : rate};
  }
};

struct Member {
  int number;
  Merit merit;
  Control control;
  std::vector<double> point;  // what is inactive has some place too
};

/// Differential evolution: R. Storn, K. Price (1997). The population has places, and trial n competes for place n
/// modulo their number with whoever holds it: so a trial's opponent is known without remembering what was asked, and
/// nobody waits for a generation to end.
class DifferentialEvolution : public Strategy {
 public:
  static std::vector<Setting> settings() {
    return {{"population", Integer{5, 10'000}, 20, "members; so many random trials come first"},
            {"best", Real{0.01, 1}, 0.1, "part of the members that children are drawn towards, the best ones"}};
  }

  explicit DifferentialEvolution(const StrategyContext& context)
      : space_(context.space),
        objective_(context.objectives.front()),
        epochs_(context.epochs),
        seed_(context.seed),
        places_(static_cast<std::size_t>(context.settings.get<std::int64_t>("population"))),
        best_(context.settings.get<double>("best")) {
    if (context.objectives.size() == 1) return;
    throw StudyError("strategy 'de' takes one objective, and the study has " +
                     std::to_string(context.objectives.size()) + ": name a single one, or use strategy 'genetic'");
  }

  Move ask(const Turn& turn) override {
    Random random(seed_, turn.number, "de");
    const std::optional<Member>& target = places_[place(turn.number)];
    constexpr std::size_t kFewest = 4;
    const bool breed = target && order_.size() >= kFewest;
    return Start{space_.decode(breed ? child(*target, turn.number, random) : random_point(random)), epochs_};
  }

  void tell(const Trial& trial) override {
    const std::size_t index = place(trial.number);
    std::optional<Member>& member = places_[index];
    const bool again = member && member->number == trial.number;
    if (trial.values.empty() || !std::isfinite(trial.values.front())) {
      if (again) leave(index);
      return;
    }
    const Merit merit = {trial.epochs(), objective_.cost(trial.values.front())};
    if (member && !again && member->merit < merit) return;
    const Control control =
        again ? member->control : (member ? member->control : Control()).inherited(seed_, trial.number);
    leave(index);
    member = Member{trial.number, merit, control, whole(trial)};
    const auto after = std::ranges::find_if(order_, [&](std::size_t other) { return merit < places_[other]->merit; });
    order_.insert(after, index);
  }

 private:
  std::size_t place(int number) const { return static_cast<std::size_t>(number) % places_.size(); }

  void leave(std::size_t index) {
    std::erase(order_, index);
    places_[index].reset();
  }

  std::vector<double> random_point(Random& random) const {
    std::vector<double> point(space_.size());
    for (double& one : point) one = random.uniform();
    return point;
  }

  /// What is inactive gets a random place, so that members can be compared in every coordinate.
  std::vector<double> whole(const Trial& trial) const {
    Random random(seed_, trial.number, "de inactive");
    std::vector<double> point = space_.encode(trial.params);
    for (double& one : point) {
      if (std::isnan(one)) one = random.uniform();
    }
    return point;
  }

  /// A member of the first so many in order, but for one.
  const Member& among(std::size_t first, const Member* except, Random& random) const {
    const Member* member = nullptr;
    do {
      member = &*places_[order_[random.below(first)]];
    } while (member == except);
    return *member;
  }

  /// current-to-pbest/1/bin: J. Zhang, A. C. Sanderson, "JADE: adaptive differential evolution with optional external
  /// archive" (2009).
  std::vector<double> child(const Member& target, int number, Random& random) const {
    const Control control = target.control.inherited(seed_, number);
    const auto top = static_cast<std::size_t>(std::ceil(best_ * static_cast<double>(order_.size())));
    const Member& best = among(std::max(top, std::size_t{2}), nullptr, random);
    const Member& plus = among(order_.size(), &target, random);
    const Member& minus = among(order_.size(), &plus, random);
    std::vector<double> point = target.point;
    const std::size_t sure = random.below(std::max(point.size(), std::size_t{1}));
    for (std::size_t i = 0; i < point.size(); ++i) {
      const double chance = random.uniform(), any = random.uniform();
      if (i != sure && chance >= control.rate) continue;
      if (ordered(space_[i].domain)) {
        const double moved = point[i] + control.factor * (best.point[i] - point[i] + plus.point[i] - minus.point[i]);
        point[i] = inside(moved, point[i]);
      } else {
        point[i] = swapped(i, {point[i], best.point[i], plus.point[i], minus.point[i]}, control.factor, any);
      }
    }
    return point;
  }

  /// What left the range goes half the way from where it was to the border.
  static double inside(double moved, double old) {
    if (moved < 0) return old / 2;
    if (moved > 1) return (old + 1) / 2;
    return moved;
  }

  struct Places {
    double target, best, plus, minus;
  };

  /// The same where values have no order: with the chance `factor` any value if the two differ, else the best one's.
  double swapped(std::size_t i, const Places& places, double factor, double any) const {
    const auto same = [&](double a, double b) {
      return from_unit(space_[i].domain, a) == from_unit(space_[i].domain, b);
    };
    if (any >= factor) return places.target;
    return same(places.plus, places.minus) ? places.best : any / factor;
  }

  SearchSpace space_;
  Objective objective_;
  Budget epochs_;
  std::uint64_t seed_;
  std::vector<std::optional<Member>> places_;
  double best_;
  std::vector<std::size_t> order_;  // places that are taken, the best first
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::DifferentialEvolution, "de",
                "differential evolution: numbers above all, a thousand trials or more")
