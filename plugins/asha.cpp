#include <algorithm>
#include <set>
#include <unordered_map>

#include <pegbox/ranking.hpp>
#include <pegbox/rung_budgets.hpp>
#include <pegbox/sampler.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// A trial at a rung: the lower the cost, the better.
struct Entry {
  double cost;  // of several objectives the place
  int trial;
  auto operator<=>(const Entry&) const = default;
};

/// The trials that reached one budget. Takes another one in O(log n) where there is one objective.
class Rung {
 public:
  explicit Rung(std::size_t factor) : factor_(factor) {}

  void add_worst() {
    ++count_;
    divide();
  }

  void add(int trial, std::vector<double> costs, bool paused) {
    ++count_;
    if (paused) paused_costs_.emplace(trial, 0);
    if (costs.size() == 1) {
      insert({costs.front(), trial});
    } else {
      points_.push_back(std::move(costs));
      trials_.push_back(trial);
      rank();
    }
    divide();
  }

  /// Says whether the trial was paused here; now it is not.
  bool leave(int trial) {
    const auto found = paused_costs_.find(trial);
    if (found == paused_costs_.end()) return false;
    paused_.erase({found->second, trial});
    paused_costs_.erase(found);
    return true;
  }

  /// Those that can go on, the best first.
  const std::set<Entry>& paused() const { return paused_; }

  /// Whether it is one of the best ⌊n / factor⌋.
  bool among_best(const Entry& entry) const { return !best_.empty() && entry <= *best_.rbegin(); }

 private:
  void insert(const Entry& entry) {
    (among_best(entry) ? best_ : others_).insert(entry);
    const auto found = paused_costs_.find(entry.trial);
    if (found == paused_costs_.end()) return;
    found->second = entry.cost;
    paused_.insert(entry);
  }

  /// Of several objectives a new trial can change the place of any other one.
  void rank() {
    best_.clear();
    others_.clear();
    paused_.clear();
    double place = 0;
    for (const std::size_t i : ranking(points_)) insert({place++, trials_[i]});
  }

  void divide() {
    const std::size_t quota = std::min(count_ / factor_, best_.size() + others_.size());
    while (best_.size() < quota) best_.insert(others_.extract(others_.begin()));
    while (best_.size() > quota) others_.insert(best_.extract(std::prev(best_.end())));
  }

  std::size_t factor_;
  std::size_t count_ = 0;
  std::set<Entry> best_, others_;  // those that count more than as the worst
  std::set<Entry> paused_;
  std::unordered_map<int, double> paused_costs_;  // by trial
  std::vector<std::vector<double>> points_;       // of several objectives
  std::vector<int> trials_;                       // whose they are
};

/// Asynchronous successive halving (L. Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020,
/// algorithm 2): whenever a trial is among the best ⌊n / factor⌋ of the n that reached a rung, it is resumed up to the
/// next one; where there is no such trial, a new one begins. Nobody waits for a rung to fill.
///
/// Where a study ends without a complete trial, for it has no room for more, the best one of the highest rung goes on
/// to the whole budget.
class Asha : public Strategy {
 public:
  static std::vector<Setting> settings() {
    return Sampler::with_settings(
        {{"factor", Integer{2, 1000}, 3, "of so many trials one goes on, with so many times the epochs"},
         {"min_epochs", Integer{1, 1'000'000'000}, 1, "least epochs at which trials are compared"}});
  }

  explicit Asha(const StrategyContext& context) : Asha(context, context.settings.get<std::int64_t>("factor")) {}

  Move ask(const Turn& turn) override {
    if (const auto move = promotion(turn.running)) return *move;
    Move move = start(turn);
    if (!std::holds_alternative<Done>(move)) return move;
    return turn.running.empty() ? last_promotion() : Wait{};
  }

  void tell(const Trial& trial) override {
    sampler_.tell(trial);
    const auto found = std::ranges::find(budgets_, trial.until);
    if (found == budgets_.end()) return;
    const auto rung = static_cast<std::size_t>(found - budgets_.begin());
    const bool resumed = rung > 0 && rungs_[rung - 1].leave(trial.number);
    const bool own = resumed || rung + 1 < budgets_.size();
    if (own && trial.state == State::complete) finished_ = true;
    std::vector<double> costs = trial_costs(trial, objectives_);
    if (trial.state == State::pruned || costs.empty()) return rungs_[rung].add_worst();
    rungs_[rung].add(trial.number, std::move(costs), trial.state == State::paused);
  }

 private:
  Asha(const StrategyContext& context, std::int64_t factor)
      : objectives_(context.objectives),
        trials_(context.trials),
        budgets_(rung_budgets(context.epochs, context.settings.get<std::int64_t>("min_epochs"), factor)),
        rungs_(budgets_.size(), Rung(static_cast<std::size_t>(factor))),
        sampler_(context) {}

  std::optional<Move> promotion(Trials running) const {
    for (std::size_t rung = rungs_.size() - 1; rung-- > 0;) {
      for (const Entry& entry : rungs_[rung].paused()) {
        if (!rungs_[rung].among_best(entry)) break;
        const bool under_way = std::ranges::find(running, entry.trial, &Trial::number) != running.end();
        if (!under_way) return Resume{entry.trial, budgets_[rung + 1]};
      }
    }
    return {};
  }

  Move start(const Turn& turn) {
    if (trials_ > 0 && turn.number >= trials_) return Done{};
    Move move = sampler_.ask(turn);
    if (auto* begin = std::get_if<Start>(&move)) begin->until = budgets_.front();
    return move;
  }

  Move last_promotion() const {
    for (std::size_t rung = finished_ ? 0 : rungs_.size() - 1; rung-- > 0;) {
      const auto& paused = rungs_[rung].paused();
      if (!paused.empty()) return Resume{paused.begin()->trial, budgets_[rung + 1]};
    }
    return Done{};
  }

  std::vector<Objective> objectives_;
  int trials_;
  std::vector<Budget> budgets_;
  std::vector<Rung> rungs_;  // by budget
  Sampler sampler_;
  bool finished_ = false;  // a trial of its own is complete
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::Asha, "asha", "resumes whatever is among the best of its rung, without waiting for others");
