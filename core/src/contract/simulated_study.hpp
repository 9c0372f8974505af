#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <pegbox/strategy.hpp>

namespace pegbox {

/// What becomes of a leg of training.
enum class Fate {
  reaches,
  pruned,
  fails,
  breaks,               ///< fails before its first report
  completed_elsewhere,  ///< as another program leaves a trial: complete, with one report whatever its budget
  pruned_elsewhere      ///< the same, pruned and without a report
};

/// In which order results are told.
enum class Telling { dispatch, shuffled };

/// A study without networks, threads and files: the k-th move is asked for after exactly the results of the moves up
/// to k − window were told; on a `Wait` the next result is told, and on a `Start` for which the limit of trials leaves
/// no room. Watches that the strategy keeps to its contract. The strategy is not part of it, so that a copy can go on
/// with another one.
class SimulatedStudy {
 public:
  /// `foreign` has points that are not asked for, by the number of the trial that tries them.
  explicit SimulatedStudy(StrategyContext context, std::function<Fate(int trial)> fate = {},
                          std::map<int, Params> foreign = {}, Telling telling = Telling::dispatch);

  /// From now on trials measure this loss, whatever the objectives' metrics are.
  void measure(std::function<double(const Params& params, Budget epoch)> loss) { loss_ = std::move(loss); }

  /// Makes the next move and describes it, or tells all that runs and says `done`.
  std::string step(Strategy& strategy);

  /// Up to so many moves.
  void run(Strategy& strategy, int moves);

  const std::vector<std::string>& moves() const { return moves_; }
  const std::vector<Trial>& told() const { return told_; }            ///< each telling
  const std::map<int, Trial>& trials() const { return trials_; }      ///< by number
  const std::vector<std::string>& faults() const { return faults_; }  ///< breaches of the contract
  bool done() const { return done_; }

 private:
  std::string fail(const std::string& text);
  Move ask(Strategy& strategy);
  bool no_room(const Move& move) const;
  void tell(Strategy& strategy);
  void train(Trial& trial) const;
  void end(Trial& trial, Fate fate) const;
  void check(const Move& move);
  void dispatch(const Move& move);
  bool paused(int trial) const;
  void fault(const std::string& text);

  StrategyContext context_;
  std::function<Fate(int)> fate_;
  std::map<int, Params> foreign_;
  Telling telling_;
  std::function<double(const Params&, Budget)> loss_;
  std::deque<int> flying_;  // in the order of dispatch
  std::map<int, Trial> trials_;
  std::vector<Trial> told_;
  std::vector<std::string> moves_, faults_;
  bool done_ = false;
};

/// `start x=0.5 until 9`, `resume 3 until 27`, `wait`, `done`.
std::string describe(const Move& move);

}  // namespace pegbox
