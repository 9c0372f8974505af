#include "libtorch_trainer.hpp"

#include <stdexcept>
#include <utility>

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include "checkpoint_folder.hpp"
#include "checkpoint_pace.hpp"
#include "kept_trials.hpp"
#include "lineages.hpp"
#include "loop_engine.hpp"
#include "model_engine.hpp"
#include "rebuilder.hpp"

namespace pegbox {
namespace {

/// Trials run in parallel, each on one thread. The setting is the thread's own.
void use_one_thread() {
  if (at::get_num_threads() != 1) at::set_num_threads(1);
}

/// LibTorch's errors carry pages of backtrace; users want the sentence.
template <class Function>
void without_backtrace(const Function& function) {
  try {
    function();
  } catch (const c10::Error& error) {
    throw std::runtime_error(error.what_without_backtrace());
  }
}

/// What a checkpoint holds that the trial lacks; empty where there is a gap or nothing within `until`.
std::vector<Report> news(const Checkpoint& checkpoint, const Trial& trial) {
  if (checkpoint.epoch() <= trial.epochs() || checkpoint.epoch() > trial.until) return {};
  std::vector<Report> reports;
  for (const Report& report : checkpoint.reports()) {
    if (report.epoch > trial.epochs()) reports.push_back(report);
  }
  const auto wanted = static_cast<std::size_t>(checkpoint.epoch() - trial.epochs());
  return reports.size() == wanted ? reports : std::vector<Report>{};
}

class LibTorchTrainer final : public Trainer {
 public:
  explicit LibTorchTrainer(const TrainerPlan& plan)
      : checkpoints_(plan.checkpoints),
        engine_(create(plan)),
        folder_(checkpoints_, c10::kCPU),
        rebuilder_(*engine_, folder_, checkpoints_.on_note),
        kept_(checkpoints_.paused_bytes) {}

  TrainerSummary summary() const override { return engine_->summary(); }

  void run(const Trial& trial, const std::function<bool(const Report&)>& on_report) override {
    use_one_thread();
    without_backtrace([&] {
      std::shared_ptr<TrialState> state = taken(trial);
      const bool saved = train(trial, on_report, *state);
      state->rest();
      kept_.keep(trial.number, std::move(state), saved);
    });
  }

  std::vector<Report> recover(const Trial& trial) override {
    use_one_thread();
    std::vector<Report> reports;
    without_backtrace([&] {
      CheckpointFolder::Found found = folder_.read(trial);
      if (found.checkpoint) reports = news(*found.checkpoint, trial);
      std::shared_ptr<TrialState> state;
      if (!reports.empty()) state = rebuilder_.restored(found, trial);
      rebuilder_.note_unused(trial, found.fault);
      if (state == nullptr) {
        reports.clear();
      } else {
        kept_.keep(trial.number, std::move(state), /*saved=*/true);
      }
    });
    return reports;
  }

  void save(const Trial& trial) override {
    use_one_thread();
    if (!folder_.used()) return;
    const auto state = kept_.find(trial.number, trial.epochs());
    if (state == nullptr) return;
    if (!kept_.saved(trial.number, trial.epochs()) && folder_.write(trial, *state)) kept_.mark_saved(trial.number);
    kept_.shrink();
  }

  void fork(const Trial& source, const Trial& copy) override {
    use_one_thread();
    without_backtrace([&] {
      lineages_.remember(source, copy.number);
      const auto state = at_hand(source);
      if (state == nullptr) return;
      kept_.keep(copy.number, rebuilder_.copy(*state, copy), /*saved=*/false);
      save(copy);
    });
  }

  Metrics test(const Trial& trial) override {
    use_one_thread();
    Metrics metrics;
    without_backtrace([&] {
      std::shared_ptr<TrialState> state = taken(trial);
      metrics = engine_->test(trial, *state);
      kept_.keep(trial.number, std::move(state), /*saved=*/false);
    });
    return metrics;
  }

  Product produce(const Trial& trial, const std::function<bool(const Report&)>& on_report) override {
    use_one_thread();
    Product product;
    without_backtrace([&] { product = engine_->produce(trial, on_report); });
    return product;
  }

  void forget(int trial) noexcept override {
    kept_.forget(trial);
    lineages_.forget(trial);
    folder_.remove(trial);
  }

  void unload(int trial) noexcept override { kept_.unload(trial); }

 private:
  static std::unique_ptr<Engine> create(const TrainerPlan& plan) {
    use_one_thread();
    return plan.model->create_loop == nullptr ? make_model_engine(plan) : make_loop_engine(plan);
  }

  /// The trial at `trial.epochs()`, no longer kept: out of memory, or made again.
  std::shared_ptr<TrialState> taken(const Trial& trial) {
    std::shared_ptr<TrialState> state = kept_.take(trial.number);
    if (state != nullptr && state->epoch == trial.epochs()) return state;
    return rebuilder_.rebuild(trial, lineages_.of(trial.number));
  }

  /// Trains on, with checkpoints now and then, and says whether one is at the epoch that was reached.
  bool train(const Trial& trial, const std::function<bool(const Report&)>& on_report, TrialState& state) const {
    Trial reached = trial;
    CheckpointPace pace(checkpoints_);
    bool saved = false;
    engine_->run(trial, state, [&](const Report& report) {
      reached.reports.push_back(report);
      saved = false;
      if (!on_report(report)) return false;
      if (pace.due()) saved = folder_.write(reached, state);
      return true;
    });
    return saved;
  }

  /// The source of a copy, where it is in memory or was moved to its checkpoint to save memory. Otherwise it can wait:
  /// the copy may never be needed.
  std::shared_ptr<const TrialState> at_hand(const Trial& source) const {
    if (auto state = kept_.find(source.number, source.epochs())) return state;
    if (!kept_.saved(source.number, source.epochs())) return nullptr;
    return rebuilder_.rebuild(source, lineages_.of(source.number));
  }

  CheckpointPlan checkpoints_;
  std::unique_ptr<Engine> engine_;
  CheckpointFolder folder_;
  Rebuilder rebuilder_;
  KeptTrials kept_;
  Lineages lineages_;
};

}  // namespace

std::unique_ptr<Trainer> make_trainer(const TrainerPlan& plan) {
  std::unique_ptr<Trainer> trainer;
  without_backtrace([&] { trainer = std::make_unique<LibTorchTrainer>(plan); });
  return trainer;
}

}  // namespace pegbox
