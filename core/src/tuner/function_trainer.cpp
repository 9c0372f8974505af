#include "function_trainer.hpp"

#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "function_states.hpp"

namespace pegbox {
namespace {

class FunctionTrainer final : public Trainer {
 public:
  FunctionTrainer(TrialFunction function, Budget epochs, int jobs, CheckpointPlan checkpoints)
      : function_(std::move(function)), epochs_(epochs), jobs_(jobs), states_(std::move(checkpoints)) {}

  TrainerSummary summary() const override {
    TrainerSummary summary;
    summary.device = "cpu";
    summary.places = jobs_;
    return summary;
  }

  void run(const Trial& trial, const std::function<bool(const Report&)>& on_report) override {
    auto given = states_.find(trial.number, trial.epochs());
    if (!given) given = beginning(trial);
    FunctionRun run(trial, epochs_, std::move(given), on_report);
    run.train(function_);
    if (run.stopped_at()) return states_.keep(trial.number, *run.stopped_at());
    states_.unload(trial.number);
  }

  std::vector<Report> recover(const Trial& /*trial*/) override { return {}; }

  void save(const Trial& trial) override { states_.save(trial.number); }

  /// Of a source whose state is not at hand, what it is has to be found out when the copy needs it.
  void fork(const Trial& source, const Trial& copy) override {
    const std::lock_guard lock(mutex_);
    sources_.insert_or_assign(copy.number, source);
    const auto state = states_.find(source.number, source.epochs());
    if (state) states_.keep(copy.number, {0, state->bytes});
  }

  Metrics test(const Trial& /*trial*/) override { return {}; }

  Product produce(const Trial& /*trial*/, const std::function<bool(const Report&)>& /*on_report*/) override {
    throw std::runtime_error("a function makes no product");
  }

  void forget(int trial) noexcept override { states_.forget(trial); }
  void unload(int trial) noexcept override { states_.unload(trial); }

 private:
  /// The state that the trial begins with, where it is that of another one.
  std::optional<FunctionState> beginning(const Trial& trial) {
    if (!trial.from) return {};
    if (auto state = states_.find(trial.number, 0)) return state;
    return FunctionState{0, trained(source_of(trial)).bytes};
  }

  Trial source_of(const Trial& copy) {
    const std::lock_guard lock(mutex_);
    const auto found = sources_.find(copy.number);
    if (found == sources_.end())
      throw std::logic_error("nobody said what trial " + std::to_string(copy.number) + " is a copy of");
    return found->second;
  }

  /// The state of a trial after its epochs, by training it again from its beginning.
  FunctionState trained(Trial trial) {
    trial.until = trial.epochs();
    trial.reports.clear();
    FunctionRun run(trial, epochs_, beginning(trial), [](const Report&) { return true; });
    run.train(function_);
    if (run.stopped_at()) return *run.stopped_at();
    throw std::runtime_error(
        "a trial cannot begin with the weights of another: the function states no way to save its state, or it ended "
        "before it was told to");
  }

  const TrialFunction function_;
  const Budget epochs_;
  const int jobs_;
  FunctionStates states_;
  std::mutex mutex_;
  std::map<int, Trial> sources_;  ///< by the copy's number, as of the copy
};

}  // namespace

std::unique_ptr<Trainer> make_function_trainer(TrialFunction function, Budget epochs, int jobs,
                                               CheckpointPlan checkpoints) {
  return std::make_unique<FunctionTrainer>(std::move(function), epochs, jobs, std::move(checkpoints));
}

}  // namespace pegbox
