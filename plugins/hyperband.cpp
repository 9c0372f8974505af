#include <algorithm>
#include <deque>

#include <pegbox/ranking.hpp>
#include <pegbox/rung_budgets.hpp>
#include <pegbox/sampler.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {
namespace {

/// What a trial reached at a rung.
struct Result {
  int trial;
  bool resumable;
  std::vector<double> costs;  // empty: worst
};

/// One run of successive halving: when all trials of a rung are told, the best of them go on to the next one.
class Bracket {
 public:
  Bracket(std::size_t size, std::size_t rungs, std::int64_t factor)
      : factor_(static_cast<std::size_t>(factor)), kept_(size), expected_(size), results_(rungs) {}

  /// Trials that go on to `rung`, the best first, without those already told there.
  const std::vector<int>& promoted() const { return promoted_; }
  std::size_t rung() const { return rung_; }
  bool finished() const { return rung_ + 1 == results_.size() && promoted_.empty(); }

  void add(std::size_t rung, Result result) {
    std::erase(promoted_, result.trial);
    results_[rung].push_back(std::move(result));
    settle();
  }

  /// No more trials will begin here: what is there makes the first rung.
  void close() {
    if (rung_ > 0 || results_[0].size() >= expected_) return;
    kept_ = expected_ = results_[0].size();
    settle();
  }

 private:
  void settle() {
    while (rung_ + 1 < results_.size() && results_[rung_].size() >= expected_) promote();
  }

  void promote() {
    kept_ = std::max<std::size_t>(kept_ / factor_, 1);
    const auto& next = results_[rung_ + 1];
    promoted_.clear();
    for (const Result* one : best(results_[rung_], kept_)) {
      const bool there = std::ranges::find(next, one->trial, &Result::trial) != next.end();
      if (one->resumable && !there) promoted_.push_back(one->trial);
    }
    expected_ = promoted_.size() + next.size();
    results_[rung_].clear();
    ++rung_;
  }

  /// The best `count` of those that have costs.
  static std::vector<const Result*> best(const std::vector<Result>& results, std::size_t count) {
    std::vector<const Result*> some;
    std::vector<std::vector<double>> costs;
    for (const Result& result : results) {
      if (result.costs.empty()) continue;
      some.push_back(&result);
      costs.push_back(result.costs);
    }
    std::vector<const Result*> ranked;
    for (const std::size_t i : ranking(costs)) ranked.push_back(some[i]);
    ranked.resize(std::min(count, ranked.size()));
    return ranked;
  }

  std::size_t factor_;
  std::size_t kept_;      // trials that the rung is meant for
  std::size_t expected_;  // trials told at the rung when it is full
  std::size_t rung_ = 0;
  std::vector<int> promoted_;
  std::vector<std::vector<Result>> results_;  // by rung
};

/// How the brackets of one sort begin.
struct Sort {
  std::size_t size;  // trials that begin in one
  Budget budget;     // of its first rung
  std::size_t rungs;
};

/// Hyperband (L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh, A. Talwalkar, "Hyperband: a novel bandit-based approach
/// to hyperparameter optimization", JMLR 18, 2018, algorithm 1): for s = s_max … 0 a bracket of
/// ⌈(s_max + 1) / (s + 1) · factor^s⌉ trials that begin with epochs / factor^s and are halved s times; then all over
/// again. While results of a rung are missing, trials of the next bracket begin. With `sampler: tpe` it is BOHB in
/// essence (S. Falkner, A. Klein, F. Hutter, "BOHB: robust and efficient hyperparameter optimization at scale", 2018).
///
/// A trial belongs to the earliest bracket that has room and begins with the trial's first budget, whoever asked for
/// it: brackets of different sorts begin with different budgets, so this follows from what is told. The defaults and
/// enqueued points, which get the whole budget, thus count in brackets that do not halve.
class Hyperband : public Strategy {
 public:
  static std::vector<Setting> settings() {
    return Sampler::with_settings(
        {{"factor", Integer{2, 1000}, 3, "of so many trials one goes on, with so many times the epochs"},
         {"min_epochs", Integer{1, 1'000'000'000}, 1, "least epochs at which trials are compared"},
         {"brackets", Integer{0, 60}, 0, "sorts of brackets, the most halved first; 1: successive halving, 0: all"},
         {"iterations", Integer{0, 1'000'000}, 0, "rounds of all brackets; 0: as many as the study has room for"}});
  }

  explicit Hyperband(const StrategyContext& context)
      : objectives_(context.objectives),
        trials_(context.trials),
        iterations_(static_cast<std::size_t>(context.settings.get<std::int64_t>("iterations"))),
        factor_(context.settings.get<std::int64_t>("factor")),
        budgets_(rung_budgets(context.epochs, context.settings.get<std::int64_t>("min_epochs"), factor_)),
        sorts_(sorts(budgets_, factor_)),
        sampler_(context) {
    const auto most = static_cast<std::size_t>(context.settings.get<std::int64_t>("brackets"));
    if (most > 0) sorts_.resize(std::min(most, sorts_.size()));
    begun_.resize(sorts_.size(), 0);
  }

  Move ask(const Turn& turn) override {
    if (const auto move = promotion(turn)) return *move;
    const std::vector<std::size_t> begun = begun_with(turn.running);
    Move move = start(turn, begun);
    if (!std::holds_alternative<Done>(move)) return move;
    close_brackets(begun);
    if (const auto resume = promotion(turn)) return *resume;
    return turn.running.empty() ? Move(Done{}) : Move(Wait{});
  }

  void tell(const Trial& trial) override {
    sampler_.tell(trial);
    const auto bracket = bracket_of(trial);
    const auto level = std::ranges::find(budgets_, trial.until) - budgets_.begin();
    if (!bracket || static_cast<std::size_t>(level) == budgets_.size()) return;
    const std::size_t rung = sorts_[*bracket % sorts_.size()].rungs + static_cast<std::size_t>(level) - budgets_.size();
    const bool comparable = trial.state != State::failed && trial.state != State::pruned;
    brackets_[*bracket].add(rung, {trial.number, trial.state == State::paused,
                                   comparable ? trial_costs(trial, objectives_) : std::vector<double>()});
    while (first_ < brackets_.size() && brackets_[first_].finished()) ++first_;
  }

 private:
  static std::vector<Sort> sorts(const std::vector<Budget>& budgets, std::int64_t factor) {
    std::vector<Sort> sorts;
    const std::size_t all = budgets.size();
    std::size_t power = 1;
    for (std::size_t halvings = 0; halvings < all; ++halvings) {
      sorts.push_back({(all * power + halvings) / (halvings + 1), budgets[all - 1 - halvings], halvings + 1});
      power *= static_cast<std::size_t>(factor);
    }
    std::ranges::reverse(sorts);
    return sorts;
  }

  /// The sort of bracket in which a trial with that first budget begins.
  std::optional<std::size_t> sort_of(Budget until) const {
    const auto found = std::ranges::find(sorts_, until, &Sort::budget);
    if (found == sorts_.end()) return {};
    return static_cast<std::size_t>(found - sorts_.begin());
  }

  /// The bracket of a told trial; a new one takes its place in one.
  std::optional<std::size_t> bracket_of(const Trial& trial) {
    const auto number = static_cast<std::size_t>(trial.number);
    if (number >= known_.size()) known_.resize(number + 1, kUnknown);
    if (known_[number] == kUnknown) {
      known_[number] = kNone;
      if (const auto sort = sort_of(trial.until); sort && room(*sort, begun_[*sort])) {
        known_[number] = static_cast<int>(begun_[*sort]++ / sorts_[*sort].size * sorts_.size() + *sort);
      }
    }
    if (known_[number] == kNone) return {};
    const auto bracket = static_cast<std::size_t>(known_[number]);
    while (brackets_.size() <= bracket) {
      const Sort& sort = sorts_[brackets_.size() % sorts_.size()];
      brackets_.emplace_back(sort.size, sort.rungs, factor_);
    }
    return bracket;
  }

  bool told(const Trial& trial) const {
    const auto number = static_cast<std::size_t>(trial.number);
    return number < known_.size() && known_[number] != kUnknown;
  }

  /// Whether another trial may begin in a bracket of the sort where `begun` did.
  bool room(std::size_t sort, std::size_t begun) const {
    return iterations_ == 0 || begun / sorts_[sort].size < iterations_;
  }

  /// How many trials began in brackets of each sort, with those that run.
  std::vector<std::size_t> begun_with(Trials running) const {
    std::vector<std::size_t> begun = begun_;
    for (const Trial* trial : running) {
      const auto sort = told(*trial) ? std::nullopt : sort_of(trial->until);
      if (sort && room(*sort, begun[*sort])) ++begun[*sort];
    }
    return begun;
  }

  /// The next trial of the oldest bracket that has one to go on. Those under way are the first of its list.
  std::optional<Move> promotion(const Turn& turn) const {
    for (std::size_t b = first_; b < brackets_.size(); ++b) {
      const Bracket& bracket = brackets_[b];
      if (bracket.promoted().empty()) continue;
      const auto under_way = static_cast<std::size_t>(std::ranges::count_if(turn.running, [&](const Trial* trial) {
        return told(*trial) && known_[static_cast<std::size_t>(trial->number)] == static_cast<int>(b);
      }));
      if (under_way >= bracket.promoted().size()) continue;
      const std::size_t skipped = budgets_.size() - sorts_[b % sorts_.size()].rungs;
      return Resume{bracket.promoted()[under_way], budgets_[skipped + bracket.rung()]};
    }
    return {};
  }

  /// A trial in the earliest bracket with room, or `Wait`, or `Done` where none can begin any more.
  Move start(const Turn& turn, const std::vector<std::size_t>& begun) {
    if (trials_ > 0 && turn.number >= trials_) return Done{};
    std::optional<std::size_t> next;
    for (std::size_t sort = 0; sort < sorts_.size(); ++sort) {
      if (!room(sort, begun[sort])) continue;
      if (!next || begun[sort] / sorts_[sort].size < begun[*next] / sorts_[*next].size) next = sort;
    }
    if (!next) return Done{};
    Move move = sampler_.ask(turn);
    if (auto* begin = std::get_if<Start>(&move)) begin->until = sorts_[*next].budget;
    return move;
  }

  /// No more trials begin: brackets make do with what they have. A strategy that is told the same comes to the same
  /// conclusion when it is asked.
  void close_brackets(const std::vector<std::size_t>& begun) {
    for (std::size_t b = first_; b < brackets_.size(); ++b) {
      const std::size_t sort = b % sorts_.size();
      if (begun[sort] == begun_[sort]) brackets_[b].close();
    }
  }

  static constexpr int kUnknown = -2, kNone = -1;

  std::vector<Objective> objectives_;
  int trials_;
  std::size_t iterations_;
  std::int64_t factor_;
  std::vector<Budget> budgets_;
  std::vector<Sort> sorts_;  // in the order in which they are begun
  Sampler sampler_;

  std::vector<std::size_t> begun_;  // trials told that began in a bracket of each sort
  std::vector<int> known_;          // the bracket of each trial by number
  std::deque<Bracket> brackets_;    // the sorts in turn
  std::size_t first_ = 0;           // all brackets before it are finished
};

}  // namespace
}  // namespace pegbox

PEGBOX_STRATEGY(pegbox::Hyperband, "hyperband", "trains many trials a little and the best of them longer, in brackets");
